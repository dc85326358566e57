"""Parts of the pages below Watch: Overview and Health."""
