package io.edgeai.core.serving;

import io.edgeai.core.rollout.TrafficSplit;
import java.util.concurrent.ThreadLocalRandom;

/** An immutable routing table: the split and its arms, index by index. */
final class Routes {
    final TrafficSplit split;
    final Arm[] arms;

    Routes(TrafficSplit split, Arm[] arms) {
        this.split = split;
        this.arms = arms;
    }

    Arm any() {
        return arms.length == 1
                ? arms[0]
                : arms[split.armOf(ThreadLocalRandom.current().nextLong())];
    }

    Arm forUnit(String unitId) {
        return arms.length == 1 ? arms[0] : arms[split.armOf(unitId)];
    }

    Arm forCaller(Caller caller) {
        String unitId = caller.unitId();
        return unitId == null ? any() : forUnit(unitId);
    }
}
