package io.edgeai.placement;

import io.edgeai.placement.constraint.Figures;
import io.edgeai.placement.spi.Violation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a plan looks as it does, as values and, by {@link #text}, for people.
 *
 * @param workloads one entry per workload, in the problem's order
 */
public record Explanation(List<OfWorkload> workloads) {
    public Explanation {
        workloads = List.copyOf(workloads);
    }

    /**
     * One workload.
     *
     * @param workload its name
     * @param missingReplicas replicas that found no place
     * @param chosen where its replicas stand
     * @param alternative the cheapest other site that would still take a replica now
     * @param rejected every other site that would not, with reasons
     * @param relaxation where replicas are missing: the smallest change that makes room for one more
     * @param gang where its gang has no place: which member found none; else empty
     */
    public record OfWorkload(
            String workload,
            int missingReplicas,
            List<Choice> chosen,
            Optional<Alternative> alternative,
            List<Rejection> rejected,
            Optional<Relaxation> relaxation,
            String gang) {
        public OfWorkload {
            chosen = List.copyOf(chosen);
            rejected = List.copyOf(rejected);
        }

        /** Without a gang in want of a place. */
        public OfWorkload(
                String workload,
                int missingReplicas,
                List<Choice> chosen,
                Optional<Alternative> alternative,
                List<Rejection> rejected,
                Optional<Relaxation> relaxation) {
            this(workload, missingReplicas, chosen, alternative, rejected, relaxation, "");
        }

        OfWorkload gang(String remark) {
            return new OfWorkload(workload, missingReplicas, chosen, alternative, rejected, relaxation, remark);
        }
    }

    /**
     * A way to place a replica, with its score taken apart.
     *
     * @param site id of the site
     * @param node name of the node
     * @param variant name of the variant
     * @param terms their charges add up to the score
     * @param score what the replica adds to the objective
     * @param batch inputs that one run takes at most
     * @param capacityPerSecond requests it can take a second with full batches
     */
    public record Choice(
            String site,
            String node,
            String variant,
            List<Term> terms,
            double score,
            int batch,
            double capacityPerSecond) {
        public Choice {
            terms = List.copyOf(terms);
        }

        /** One input at a time, at a rate that is not told. */
        public Choice(String site, String node, String variant, List<Term> terms, double score) {
            this(site, node, variant, terms, score, 1, Double.NaN);
        }
    }

    /**
     * One term of a score.
     *
     * @param name the term's name
     * @param value what was measured or predicted
     * @param unit its unit
     * @param charge what it adds to the score
     */
    public record Term(String name, double value, String unit, double charge) {}

    /**
     * The best site not taken.
     *
     * @param choice it
     * @param delta its score minus that of the most expensive replica chosen; 0 where none is placed
     */
    public record Alternative(Choice choice, double delta) {}

    /**
     * Why a site was not possible. Of all nodes and variants there, the one nearest to possible.
     *
     * @param site id of the site
     * @param node that node
     * @param variant that variant
     * @param violations each constraint it breaks and by how much
     */
    public record Rejection(String site, String node, String variant, List<Violation> violations) {
        public Rejection {
            violations = List.copyOf(violations);
        }

        /** Size of all changes together that would make it possible, relative to present values. */
        public double effort() {
            return violations.stream().mapToDouble(Violation::effort).sum();
        }
    }

    /**
     * A change of the workload that would make room for one more replica.
     *
     * @param site where it would then stand
     * @param node on which of its nodes
     * @param variant with which variant
     * @param changes all of them together, e.g. {@code "raise p99 to 31 ms"}
     * @param effort their size relative to present values
     */
    public record Relaxation(String site, String node, String variant, List<String> changes, double effort) {
        public Relaxation {
            changes = List.copyOf(changes);
        }
    }

    /** All of it in lines. */
    public String text() {
        return workloads.stream().map(Explanation::text).collect(Collectors.joining("\n"));
    }

    private static String text(OfWorkload of) {
        StringBuilder out = new StringBuilder("workload ").append(of.workload()).append('\n');
        for (Choice choice : of.chosen()) {
            out.append("  placed on ").append(text(choice)).append('\n');
        }
        if (of.missingReplicas() > 0) {
            out.append("  not placed: ").append(of.missingReplicas()).append(" replica(s)\n");
        }
        if (!of.gang().isEmpty()) {
            out.append("  ").append(of.gang()).append('\n');
        }
        of.alternative().ifPresent(other -> out.append("  next best ")
                .append(text(other.choice()))
                .append(", ")
                .append(Figures.number(other.delta()))
                .append(" more\n"));
        for (Rejection rejection : of.rejected()) {
            out.append("  rejected ").append(rejection.site()).append(": ");
            out.append(rejection.violations().stream()
                            .map(violation -> violation.constraint() + ": " + violation.message())
                            .collect(Collectors.joining("; ")))
                    .append('\n');
        }
        of.relaxation().ifPresent(way -> out.append("  cheapest way out: ")
                .append(String.join(" and ", way.changes()))
                .append(" (then ")
                .append(way.site())
                .append('/')
                .append(way.node())
                .append(" with ")
                .append(way.variant())
                .append(")\n"));
        return out.toString();
    }

    private static String text(Choice choice) {
        return choice.site() + "/" + choice.node() + " with " + choice.variant() + batch(choice) + ": score "
                + Figures.number(choice.score()) + " = "
                + choice.terms().stream()
                        .map(term -> term.name() + " " + Figures.number(term.charge()) + " ("
                                + Figures.with(term.value(), term.unit()) + ")")
                        .collect(Collectors.joining(" + "));
    }

    private static String batch(Choice choice) {
        return choice.batch() == 1
                ? ""
                : " in batches of up to " + choice.batch() + " (room for " + Figures.number(choice.capacityPerSecond())
                        + " requests/s)";
    }

    @Override
    public String toString() {
        return text();
    }
}
