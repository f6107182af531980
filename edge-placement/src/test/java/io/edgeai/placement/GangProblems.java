package io.edgeai.placement;

import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.PlacementStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Small problems some of whose workloads form gangs, and what of them can be placed at best by trying everything. */
final class GangProblems {
    private GangProblems() {}

    /** The same seed gives the same: two workloads of three in one of two gangs. */
    static PlacementProblem small(long seed) {
        Random random = new Random(seed * 31 + 7);
        PlacementProblem plain = RandomProblems.small(seed);
        List<Workload> workloads = plain.workloads().stream()
                .map(workload -> random.nextInt(3) == 0 ? workload : workload.gang("gang-" + random.nextInt(2)))
                .toList();
        return new PlacementProblem(workloads, plain.topology());
    }

    /** Gangs of which a plan places some replicas and not others. */
    static List<String> halfPlaced(PlacementProblem problem, Map<String, Integer> placed) {
        List<String> half = new ArrayList<>();
        for (Workload workload : problem.workloads()) {
            for (Workload other : problem.workloads()) {
                boolean same = !workload.policy().gang().isEmpty()
                        && workload.policy().gang().equals(other.policy().gang());
                if (same
                        && placed.getOrDefault(workload.name(), 0) > 0
                        && placed.getOrDefault(other.name(), 0) < other.replicas()) {
                    half.add(workload.policy().gang());
                }
            }
        }
        return half;
    }

    static Map<String, Integer> placed(List<Assignment> assignments) {
        Map<String, Integer> placed = new HashMap<>();
        assignments.forEach(replica -> placed.merge(replica.workload().name(), 1, Integer::sum));
        return placed;
    }

    /** Priorities of the missing replicas, highest first; those of a gang count as its highest. */
    static int[] missing(PlacementProblem problem, List<Integer> placed) {
        List<Integer> missing = new ArrayList<>();
        for (int w = 0; w < placed.size(); w++) {
            Workload workload = problem.workloads().get(w);
            int priority = problem.workloads().stream()
                    .filter(other -> other.equals(workload)
                            || (!workload.policy().gang().isEmpty()
                                    && other.policy()
                                            .gang()
                                            .equals(workload.policy().gang())))
                    .mapToInt(Workload::priority)
                    .max()
                    .orElseThrow();
            for (int r = placed.get(w); r < workload.replicas(); r++) {
                missing.add(-priority);
            }
        }
        return missing.stream().sorted().mapToInt(priority -> -priority).toArray();
    }

    /** The least that {@link #missing} can be of all sets of whole gangs and single replicas that fit together. */
    static int[] leastMissing(PlacementProblem problem, PlacementStrategy strategy) {
        List<List<Integer>> all = new ArrayList<>();
        counts(problem, new ArrayList<>(), all);
        all.sort((a, b) -> Arrays.compare(missing(problem, a), missing(problem, b)));
        for (List<Integer> placed : all) {
            if (BruteForce.fits(problem, strategy, placed)) {
                return missing(problem, placed);
            }
        }
        throw new IllegalStateException("Not even nothing fits.");
    }

    private static void counts(PlacementProblem problem, List<Integer> begun, List<List<Integer>> all) {
        if (begun.size() == problem.workloads().size()) {
            Map<String, Integer> placed = new HashMap<>();
            for (int w = 0; w < begun.size(); w++) {
                placed.put(problem.workloads().get(w).name(), begun.get(w));
            }
            if (halfPlaced(problem, placed).isEmpty()) {
                all.add(List.copyOf(begun));
            }
            return;
        }
        for (int n = 0; n <= problem.workloads().get(begun.size()).replicas(); n++) {
            begun.add(n);
            counts(problem, begun, all);
            begun.remove(begun.size() - 1);
        }
    }
}
