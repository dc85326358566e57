"""Where independent fits run: on threads of this process, or wherever the job that asks for them says."""
