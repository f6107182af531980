package io.edgeai.placement.ortools;

import com.google.ortools.Loader;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import io.edgeai.placement.solver.Bin;
import io.edgeai.placement.solver.Group;
import io.edgeai.placement.solver.Instance;
import io.edgeai.placement.solver.Option;
import io.edgeai.placement.solver.Spot;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An instance as an integer program: for every group, option and device how many replicas take it. All replicas must be
 * placed, so that gangs need no rule of their own. Not thread-safe.
 */
final class CpModelBuilder {
    /** The dearest plan is worth two to this many units of rounded cost. */
    private static final int COST_BITS = 44;

    private final Instance instance;
    private final CpModel model = new CpModel();
    private final List<List<Use>> byGroup = new ArrayList<>();
    private final double scale;
    private boolean hopeless;

    CpModelBuilder(Instance instance) {
        this.instance = instance;
        this.scale = scale(instance);
        NodeLimits nodes = new NodeLimits(instance);
        LinearExprBuilder cost = LinearExpr.newBuilder();
        for (Group group : instance.groups()) {
            List<Use> uses = uses(group);
            byGroup.add(uses);
            hopeless |= uses.stream().mapToLong(Use::most).sum() < group.replicas();
            model.addEquality(sum(uses), group.replicas());
            for (Use use : uses) {
                cost.addTerm(use.count(), Math.round(use.option().cost() * scale));
                nodes.add(use);
            }
        }
        nodes.addTo(model);
        hopeless |= !new SiteRules(instance, byGroup, model).add();
        model.minimize(cost);
    }

    /**
     * One way to place replicas of a group.
     *
     * @param device index of the device on the option's node, or -1
     * @param most replicas that one node has room for
     * @param count how many take it
     */
    record Use(Option option, int device, long most, IntVar count) {}

    static void loadLibrary() {
        Loader.loadNativeLibraries();
    }

    CpModel model() {
        return model;
    }

    /** Whether some group certainly finds no place, so that there is nothing to search. */
    boolean hopeless() {
        return hopeless;
    }

    /** A bound in rounded costs as one in true costs. */
    double lowerBound(double rounded) {
        return (rounded - 0.5 * instance.items()) / scale;
    }

    /** Where every item stands. */
    List<@Nullable Spot> spots(CpSolver solved) {
        List<@Nullable Spot> spots = new ArrayList<>();
        for (List<Use> uses : byGroup) {
            for (Use use : uses) {
                for (long n = solved.value(use.count()); n > 0; n--) {
                    spots.add(new Spot(use.option(), use.device()));
                }
            }
        }
        return spots;
    }

    static LinearExpr sum(List<Use> uses) {
        return LinearExpr.sum(uses.stream().map(Use::count).toArray(IntVar[]::new));
    }

    private List<Use> uses(Group group) {
        List<Use> uses = new ArrayList<>();
        for (Option option : group.options()) {
            Bin bin = instance.bins().get(option.node());
            if (option.deviceMilli() == 0) {
                add(uses, group, option, -1);
            }
            for (int d = 0; option.deviceMilli() > 0 && d < bin.devices().size(); d++) {
                if (bin.devices().get(d).kind() == option.deviceKind()) {
                    add(uses, group, option, d);
                }
            }
        }
        return uses;
    }

    private void add(List<Use> uses, Group group, Option option, int device) {
        Bin bin = instance.bins().get(option.node());
        long most = group.apart() == Group.Apart.NONE ? group.replicas() : 1;
        most = Math.min(most, times(option.cpuMillis(), bin.cpuMillis()));
        most = Math.min(most, times(option.memoryBytes(), bin.memoryBytes()));
        most = Math.min(most, times(option.diskBytes(), bin.diskBytes()));
        if (device >= 0) {
            most = Math.min(most, times(option.deviceMilli(), 1000));
            most = Math.min(
                    most,
                    times(option.deviceMemoryBytes(), bin.devices().get(device).memoryBytes()));
        }
        if (most > 0) {
            uses.add(new Use(option, device, most, model.newIntVar(0, most, "")));
        }
    }

    private static long times(long need, long capacity) {
        return need == 0 ? Long.MAX_VALUE : capacity / need;
    }

    private static double scale(Instance instance) {
        double dearest = 0;
        for (Group group : instance.groups()) {
            dearest += group.replicas()
                    * group.options().stream()
                            .mapToDouble(option -> Math.abs(option.cost()))
                            .max()
                            .orElse(0);
        }
        return dearest == 0 ? 1 : Math.scalb(1.0, COST_BITS - Math.getExponent(dearest));
    }
}
