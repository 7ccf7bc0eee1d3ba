"""What the API expects and answers, as pure functions and values: no await, clock or socket."""
