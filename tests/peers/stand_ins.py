# SPDX-License-Identifier: Apache-2.0
"""Modules that mosaicml-streaming imports and does not need on local shards.

PyTorch and six clouds' SDKs are gigabytes; of them, reading asks only whether
this is one process or many, and for a base class. Where torch is installed it
is used. All that touches a shard is MosaicML's own code.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

NAMES = ("torch", "torchvision", "boto3", "botocore", "google", "azure", "oci", "paramiko",
         "transformers", "PIL", "brotli", "snappy", "matplotlib")


class Absent(type):
    """A class whose attributes are classes, too."""

    def __getattr__(cls, name):
        return absent(name)


def absent(name):
    if name.startswith("__"):
        raise AttributeError(name)
    base = Exception if name.endswith(("Error", "Exception")) else object
    return Absent(name, (base,), {})


class Module(types.ModuleType):
    def __getattr__(self, name):
        return absent(name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, names):
        self.names = names

    def find_spec(self, name, path, target=None):
        if name.partition(".")[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return Module(spec.name)

    def exec_module(self, module):
        if module.__name__ == "torch.distributed":
            module.is_available = module.is_initialized = lambda: False
        if module.__name__ == "torch.utils.data":
            module.get_worker_info = lambda: None


def install():
    missing = {name for name in NAMES if importlib.util.find_spec(name) is None}
    sys.meta_path.append(Finder(missing))
