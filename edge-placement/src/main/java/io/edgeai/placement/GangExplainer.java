package io.edgeai.placement;

import io.edgeai.placement.constraint.Figures;
import io.edgeai.placement.model.Accelerator;
import io.edgeai.placement.model.Node;
import io.edgeai.placement.model.Site;
import io.edgeai.placement.model.Variant;
import io.edgeai.placement.model.Workload;
import io.edgeai.placement.spi.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Says why a gang has no place: it is placed in a state as far as it goes, and the first replica that finds none is
 * judged beside the others.
 */
final class GangExplainer {
    private final Rules rules;
    private final PlacementState state;

    GangExplainer(Rules rules, PlacementState state) {
        this.rules = rules;
        this.state = state;
    }

    /** @param chosen places of all replicas that the state lacks; empty where not all of them have one */
    Explanation explain(List<Workload> gang, List<Assignment> chosen) {
        GangSearch.Found trial = GangSearch.place(rules, state, gang);
        boolean whole = trial.lacking().isEmpty() && trial.placed().size() == chosen.size();
        String remark = whole ? "" : remark(gang, trial);
        Violation violation = violation(gang, trial);
        List<Explanation.OfWorkload> workloads = new ArrayList<>();
        for (Workload workload : gang) {
            List<Assignment> mine = chosen.stream()
                    .filter(replica -> replica.workload().name().equals(workload.name()))
                    .toList();
            int missing = whole ? 0 : workload.replicas() - state.replicas(workload.name());
            boolean lacking = !whole && trial.lacking().contains(workload);
            workloads.add(
                    lacking
                            ? beside(trial.placed(), workload, missing, remark)
                            : new Explainer(rules, state, whole ? List.of() : List.of(violation))
                                    .explain(workload, mine, missing)
                                    .gang(remark));
        }
        return new Explanation(workloads);
    }

    private Explanation.OfWorkload beside(List<Assignment> others, Workload workload, int missing, String remark) {
        others.forEach(state::commit);
        Explanation.OfWorkload of = new Explainer(rules, state)
                .explain(workload, List.of(), missing)
                .gang(remark);
        for (int i = others.size() - 1; i >= 0; i--) {
            state.release(others.get(i));
        }
        return of;
    }

    private static Violation violation(List<Workload> gang, GangSearch.Found trial) {
        String name = gang.get(0).policy().gang();
        int all = gang.stream().mapToInt(Workload::replicas).sum();
        return new Violation(
                "gang",
                all,
                Math.min(all - 1, trial.placed().size()),
                "replicas",
                "has room for it, but not all of gang (" + name + ") has a place",
                "take it out of gang " + name,
                1);
    }

    private String remark(List<Workload> gang, GangSearch.Found trial) {
        String name = "gang (" + gang.get(0).policy().gang() + ") is placed whole or not at all: ";
        if (trial.lacking().isEmpty()) {
            return name + "no place for all of it was found within the budget";
        }
        Workload lacking = trial.lacking().get(0);
        long placed = trial.placed().stream()
                        .filter(replica -> replica.workload().name().equals(lacking.name()))
                        .count()
                + state.replicas(lacking.name());
        return name + "(" + lacking.name() + ") finds no place for " + (lacking.replicas() - placed) + " of "
                + lacking.replicas() + " replicas beside the others" + oversize(gang);
    }

    /** What the gang needs beyond all that all sites have, were they empty. */
    private String oversize(List<Workload> gang) {
        return List.of(
                        excess(
                                gang,
                                Workload::cpuMillis,
                                Node::cpuMillis,
                                cores -> Figures.number(cores / 1000.0) + " cores"),
                        excess(
                                gang,
                                workload -> workload.variants().stream()
                                        .mapToLong(Variant::memoryBytes)
                                        .min()
                                        .orElse(0),
                                Node::memoryBytes,
                                bytes -> Figures.bytes(bytes) + " of memory"),
                        excess(
                                gang,
                                workload -> workload.accelerator().milli(),
                                node -> (long) Accelerator.WHOLE
                                        * node.accelerators().size(),
                                milli -> Figures.number(milli / 1000.0) + " accelerators"))
                .stream()
                .filter(text -> !text.isEmpty())
                .map(text -> "; " + text)
                .collect(Collectors.joining());
    }

    private String excess(
            List<Workload> gang,
            ToLongFunction<Workload> need,
            ToLongFunction<Node> room,
            Function<Double, String> figure) {
        double needed = 0;
        for (Workload workload : gang) {
            needed += (double) workload.replicas() * need.applyAsLong(workload);
        }
        double there = 0;
        for (Site site : state.topology().sites()) {
            for (Node node : site.nodes()) {
                there += (double) room.applyAsLong(node);
            }
        }
        return needed <= there
                ? ""
                : "it needs " + figure.apply(needed) + ", all sites together have " + figure.apply(there) + ": "
                        + figure.apply(needed - there) + " short";
    }
}
