"""A client for Redpen's HTTP API, for whatever stands around it: scripts, notebooks, bots, pipelines.

    from redpen import Client

    client = Client("https://redpen.example.org", token)
    for dataset in client.datasets(project=1):
        client.download(dataset["id"], f"{dataset['name']}.jsonl")
"""

from redpen.client import Client
from redpen.wire import RedpenError

__all__ = ["Client", "RedpenError"]
