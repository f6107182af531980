package io.edgeai.placement.constraint;

import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.model.TrainingData;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Rules of law and organisation about a site. */
public final class PolicyConstraints {
    private PolicyConstraints() {}

    /** The site lies in an allowed region. */
    public static Constraint residency() {
        return new Rule(
                "residency",
                c -> c.workload().policy().residency().isEmpty()
                        || c.workload().policy().residency().contains(c.site().region()),
                c -> rule(
                        "residency",
                        "region (" + c.site().region() + ") is not one of "
                                + new TreeSet<>(c.workload().policy().residency()),
                        "allow region (" + c.site().region() + ")",
                        1));
    }

    /** The site has every label the workload requires. */
    public static Constraint labels() {
        return new Rule(
                "labels",
                c -> c.site().labels().containsAll(c.workload().policy().requiredLabels()),
                PolicyConstraints::unlabelled);
    }

    /** A federated workload stands where training data is and the owner opted in. */
    public static Constraint federated() {
        return new Rule(
                "federated",
                c -> !c.workload().policy().federated() || ready(c),
                c -> notReady("federated", "do without training data", c));
    }

    /** Every workload, not only federated ones, stands where training data is and the owner opted in. */
    public static Constraint federatedReady() {
        return new Rule(
                "federated-ready",
                PolicyConstraints::ready,
                c -> notReady("federated-ready", "use another strategy than federated-ready", c));
    }

    static List<Constraint> all() {
        return List.of(residency(), labels(), federated());
    }

    private static boolean ready(Candidate candidate) {
        TrainingData data = candidate.site().trainingData();
        return data.optedIn() && data.samples() > 0;
    }

    private static Violation notReady(String constraint, String otherwise, Candidate candidate) {
        TrainingData data = candidate.site().trainingData();
        return data.samples() == 0
                ? rule(constraint, "holds no training data", otherwise, 1)
                : rule(
                        constraint,
                        "holds " + data.samples() + " samples but its owner has not opted in",
                        "ask the owner of " + candidate.site().id() + " to opt in",
                        1);
    }

    private static Violation unlabelled(Candidate candidate) {
        Set<String> missing = new TreeSet<>(candidate.workload().policy().requiredLabels());
        missing.removeAll(candidate.site().labels());
        return rule("labels", "lacks " + missing, "do without " + missing, missing.size());
    }

    private static Violation rule(String constraint, String message, String repair, int broken) {
        return new Violation(constraint, 0, broken, "rules", message, repair, broken);
    }
}
