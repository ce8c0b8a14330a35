"""Documents' bytes: one protocol, two stores (an S3 server, a folder), and what makes an upload safe to keep."""
