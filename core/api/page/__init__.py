"""What every page of HTML comes with: headers, and its look."""
