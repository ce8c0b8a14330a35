"""What the API takes and gives. Requests are checked by these models; answers are documented by them."""
