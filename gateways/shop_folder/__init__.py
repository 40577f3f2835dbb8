"""The shop's folder: a few YAML files that a shop owner writes, read into a `Catalogue`.

problems    what is wrong, where, told together
yaml_text   bytes -> YAML nodes, bounded and safe
sheet       nodes -> plain values, each with its line
amounts     "250 g", "6 pieces"
advising, checks, wording
            the types of single fields, and what to write instead
shop_entry, goods_entries, service_entries
            the entries of each file
reasons     what pydantic found, in the words of a shop owner
together    what must agree across entries and files
pictures    the pictures that products name
read        all of it
"""

from gateways.shop_folder.problems import Problem, ShopFolderError
from gateways.shop_folder.read import read_shop

__all__ = ["Problem", "ShopFolderError", "read_shop"]
