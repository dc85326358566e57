# Caretaker in a container. It listens on the loopback of the host's network (compose.yml): without sign-in it
# answers no other machine, and refuses to listen where one could reach it.
FROM python:3.13-slim

RUN useradd --create-home --uid 10001 caretaker \
 && install -d -o caretaker -g caretaker /srv/caretaker /data
WORKDIR /srv/caretaker

COPY requirements.txt requirements-team.txt constraints.txt ./
RUN pip install --no-cache-dir -c constraints.txt -r requirements.txt -r requirements-team.txt

COPY --chown=caretaker:caretaker . .

USER 10001:10001
ENV CARETAKER_HOME=/data \
    PYTHONUNBUFFERED=1
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/healthz', timeout=4)"]
CMD ["streamlit", "run", "app.py"]
