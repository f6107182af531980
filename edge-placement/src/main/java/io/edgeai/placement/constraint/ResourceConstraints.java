package io.edgeai.placement.constraint;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.AcceleratorNeed;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.util.List;

/** What a replica reserves must be free on its node. */
public final class ResourceConstraints {
    private ResourceConstraints() {}

    public static Constraint cpu() {
        return new Rule(
                "cpu",
                c -> c.workload().cpuMillis() <= c.headroom().cpuMillis(),
                c -> lacking(
                        "cpu", "CPU", c.workload().cpuMillis(), c.headroom().cpuMillis(), "millicores"));
    }

    public static Constraint memory() {
        return new Rule(
                "memory",
                c -> c.variant().memoryBytes() <= c.headroom().memoryBytes(),
                c -> lacking(
                        "memory",
                        "memory",
                        c.variant().memoryBytes(),
                        c.headroom().memoryBytes(),
                        "bytes"));
    }

    public static Constraint disk() {
        return new Rule(
                "disk",
                c -> c.variant().sizeBytes() <= c.headroom().diskBytes(),
                c -> lacking(
                        "disk", "disk", c.variant().sizeBytes(), c.headroom().diskBytes(), "bytes"));
    }

    /** A device of the wanted kind with the wanted share and memory free. */
    public static Constraint accelerator() {
        return new Rule("accelerator", ResourceConstraints::acceleratorFree, ResourceConstraints::acceleratorLacking);
    }

    static List<Constraint> all() {
        return List.of(cpu(), memory(), disk(), accelerator());
    }

    private static boolean acceleratorFree(Candidate candidate) {
        AcceleratorNeed need = candidate.workload().accelerator();
        return need.none()
                || (need.milli() <= candidate.headroom().acceleratorMilli()
                        && need.memoryBytes() <= candidate.headroom().acceleratorMemoryBytes());
    }

    private static Violation acceleratorLacking(Candidate candidate) {
        AcceleratorNeed need = candidate.workload().accelerator();
        if (candidate.node().accelerators().stream().noneMatch(need::accepts)) {
            String kind = need.kind().isEmpty() ? "any kind" : need.kind();
            return new Violation(
                    "accelerator",
                    need.milli(),
                    0,
                    "milli",
                    "needs an accelerator of " + kind + ", has "
                            + candidate.node().accelerators().stream()
                                    .map(Accelerator::kind)
                                    .distinct()
                                    .toList(),
                    "do without an accelerator of " + kind,
                    1);
        }
        return need.milli() > candidate.headroom().acceleratorMilli()
                ? lacking(
                        "accelerator",
                        "accelerator",
                        need.milli(),
                        candidate.headroom().acceleratorMilli(),
                        "milli")
                : lacking(
                        "accelerator",
                        "accelerator memory",
                        need.memoryBytes(),
                        candidate.headroom().acceleratorMemoryBytes(),
                        "bytes");
    }

    private static Violation lacking(String constraint, String what, long needed, long free, String unit) {
        double missing = (double) needed - (double) free;
        long reachable = unit.equals("bytes") && free >= 1_000_000 ? free / 1000 * 1000 : free;
        return new Violation(
                constraint,
                (double) needed,
                (double) free,
                unit,
                "needs " + Figures.with((double) needed, unit) + " of " + what + ", "
                        + Figures.with((double) free, unit) + " free: " + Figures.with(missing, unit) + " short",
                "lower " + what + " by " + Figures.with((double) needed - (double) reachable, unit) + " to "
                        + Figures.with((double) reachable, unit),
                missing / (double) needed);
    }
}
