// The screens for statements, changes, operations and access.
import { keysScreen } from "./access/keys.js";
import { policiesScreen } from "./access/policies.js";
import { simulatorScreen } from "./access/simulator.js";
import { operationsScreen } from "./operations/screen.js";
import { statementsScreen } from "./statements/screen.js";
import { streamsScreen } from "./streams/list.js";
import { streamScreen } from "./streams/tail.js";
import { triggerScreen } from "./triggers/detail.js";
import { triggersScreen } from "./triggers/list.js";
import { workScreen } from "./work/screen.js";

export const operatorScreens = [statementsScreen, streamsScreen, streamScreen, triggersScreen, triggerScreen, operationsScreen, workScreen, keysScreen, policiesScreen, simulatorScreen];
