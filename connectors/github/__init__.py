"""GitHub, through its REST API: github.com, GitHub Enterprise Server and the sandbox alike."""
