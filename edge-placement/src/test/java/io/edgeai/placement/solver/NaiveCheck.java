package io.edgeai.placement.solver;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether a placement keeps everything, summed anew from its spots; shares no bookkeeping with the solver. */
final class NaiveCheck {
    private NaiveCheck() {}

    static boolean keepsAll(Instance instance, @Nullable Spot[] spots) {
        for (int b = 0; b < instance.bins().size(); b++) {
            Bin bin = instance.bins().get(b);
            long cpu = 0;
            long memory = 0;
            long disk = 0;
            Map<Integer, Integer> milli = new HashMap<>();
            Map<Integer, Long> deviceMemory = new HashMap<>();
            for (Spot spot : spots) {
                if (spot == null || spot.option().node() != b) {
                    continue;
                }
                Option option = spot.option();
                cpu += option.cpuMillis();
                memory += option.memoryBytes();
                disk += option.diskBytes();
                if (option.deviceMilli() > 0) {
                    if (bin.devices().get(spot.device()).kind() != option.deviceKind()) {
                        return false;
                    }
                    milli.merge(spot.device(), option.deviceMilli(), Integer::sum);
                    deviceMemory.merge(spot.device(), option.deviceMemoryBytes(), Long::sum);
                }
            }
            if (cpu > bin.cpuMillis() || memory > bin.memoryBytes() || disk > bin.diskBytes()) {
                return false;
            }
            for (int device : milli.keySet()) {
                if (milli.get(device) > 1000
                        || deviceMemory.get(device) > bin.devices().get(device).memoryBytes()) {
                    return false;
                }
            }
        }
        List<Integer> owner = instance.groupOfItems();
        for (int i = 0; i < spots.length; i++) {
            for (int j = i + 1; j < spots.length; j++) {
                if (!mayCoexist(instance, owner.get(i), spots[i], owner.get(j), spots[j])) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean mayCoexist(Instance instance, int g, @Nullable Spot a, int h, @Nullable Spot b) {
        if (a == null || b == null) {
            return true;
        }
        boolean sameSite = a.option().site() == b.option().site();
        boolean sameRegion = instance.regions()
                .get(a.option().site())
                .equals(instance.regions().get(b.option().site()));
        Group group = instance.groups().get(g);
        if (g == h) {
            boolean apart =
                    group.apart() == Group.Apart.NONE || (group.apart() == Group.Apart.SITE ? !sameSite : !sameRegion);
            return apart && (group.near().isEmpty() || sameSite);
        }
        return (sameSite || !group.near().contains(h))
                && (!sameSite || !group.away().contains(h));
    }

    /** The cheapest complete placement by trying every option and every device; infinite where there is none. */
    static double optimum(Instance instance) {
        return visit(instance, new @Nullable Spot[instance.items()], 0, 0, Double.POSITIVE_INFINITY);
    }

    private static double visit(Instance instance, @Nullable Spot[] spots, int item, double cost, double best) {
        if (cost >= best) {
            return best;
        }
        if (item == spots.length) {
            return cost;
        }
        double found = best;
        for (Option option :
                instance.groups().get(instance.groupOfItems().get(item)).options()) {
            int devices = option.deviceMilli() == 0
                    ? 1
                    : instance.bins().get(option.node()).devices().size();
            for (int d = 0; d < devices; d++) {
                spots[item] = new Spot(option, option.deviceMilli() == 0 ? -1 : d);
                if (keepsAll(instance, spots)) {
                    found = visit(instance, spots, item + 1, cost + option.cost(), found);
                }
                spots[item] = null;
            }
        }
        return found;
    }
}
