import { refresh } from "./lists.js";
import { listen } from "./live.js";

listen("", refresh);
