package io.edgeai.placement.constraint;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.placement.cost.Candidate;
import io.edgeai.placement.cost.Estimate;
import io.edgeai.placement.model.Origin;
import io.edgeai.placement.spi.Constraint;
import io.edgeai.placement.spi.Violation;
import java.util.List;
import java.util.stream.Collectors;

/** The replica must keep up with its requests, answer in time and answer well enough. */
public final class ServiceConstraints {
    /** Utilisation above which a queue is taken as overloaded. */
    public static final double MAX_UTILISATION = 0.95;

    private ServiceConstraints() {}

    /** Utilisation of what the replica reserves stays at or below a limit, 0.95 by default. */
    public static Constraint throughput(double maxUtilisation) {
        if (!(maxUtilisation > 0 && maxUtilisation < 1)) {
            throw new InvalidInputException(
                    "Utilisation limit (" + maxUtilisation + ") must lie between 0 and 1, both excluded.");
        }
        return new Rule(
                "throughput", c -> c.estimate().utilisation() <= maxUtilisation, c -> overloaded(c, maxUtilisation));
    }

    /** Latency at the workload's quantile from its farthest origin stays within the bound. */
    public static Constraint latency() {
        return new Rule(
                "latency",
                c -> c.estimate().latencyMillis() <= c.workload().demand().latencyMillis()
                        && c.estimate().latencyMillis() < Double.POSITIVE_INFINITY,
                ServiceConstraints::late);
    }

    /** The variant is at least as accurate as asked. */
    public static Constraint accuracy() {
        return new Rule(
                "accuracy",
                c -> c.variant().accuracy() >= c.workload().policy().minimumAccuracy(),
                c -> below(
                        "accuracy",
                        "accuracy of variant " + c.variant().name(),
                        c.workload().policy().minimumAccuracy(),
                        c.variant().accuracy()));
    }

    /** The site is up at least as often as asked. */
    public static Constraint availability() {
        return new Rule(
                "availability",
                c -> c.site().availability() >= c.workload().policy().minimumAvailability(),
                c -> below(
                        "availability",
                        "availability",
                        c.workload().policy().minimumAvailability(),
                        c.site().availability()));
    }

    static List<Constraint> all() {
        return List.of(throughput(MAX_UTILISATION), latency(), accuracy(), availability());
    }

    private static Violation below(String constraint, String what, double wanted, double actual) {
        return new Violation(
                constraint,
                wanted,
                actual,
                "",
                what + " is " + Figures.number(actual) + ", asked are " + Figures.number(wanted) + ": "
                        + Figures.number(wanted - actual) + " too low",
                "lower the wanted " + constraint + " to " + Figures.number(Math.floor(actual * 1000) / 1000),
                (wanted - actual) / wanted);
    }

    private static Violation overloaded(Candidate candidate, double limit) {
        Estimate estimate = candidate.estimate();
        double total = candidate.workload().demand().ratePerSecond();
        if (Double.isInfinite(estimate.utilisation())
                || candidate.workload().replicas() * estimate.utilisation() > 1e6) {
            return new Violation(
                    "throughput",
                    limit,
                    estimate.utilisation(),
                    "",
                    "speed for variant " + candidate.variant().name() + " is not known on this hardware, or no compute"
                            + " is reserved",
                    "measure the variant on " + candidate.node().hardware(),
                    1);
        }
        double possible = total * limit / estimate.utilisation();
        long replicas = (long) Math.ceil(candidate.workload().replicas() * estimate.utilisation() / limit - 1e-9);
        return new Violation(
                "throughput",
                limit,
                estimate.utilisation(),
                "",
                "utilisation would be " + Figures.number(estimate.utilisation()) + batches(estimate) + ", allowed are "
                        + Figures.number(limit) + ": " + Figures.number(total - possible) + " requests/s too many",
                "use " + replicas + " replicas or lower the rate to "
                        + Figures.number(Math.floor(possible * 1000) / 1000) + "/s",
                1 - limit / estimate.utilisation());
    }

    private static String batches(Estimate estimate) {
        return estimate.batch() == 1 ? "" : " in batches of up to " + estimate.batch();
    }

    private static String origins(Candidate candidate) {
        List<Origin> origins = candidate.workload().demand().origins();
        if (origins.isEmpty()) {
            return "an origin";
        }
        return (origins.size() == 1 ? "origin (" : "one of the origins (")
                + origins.stream().map(Origin::name).collect(Collectors.joining(", ")) + ")";
    }

    private static Violation late(Candidate candidate) {
        Estimate estimate = candidate.estimate();
        double bound = candidate.workload().demand().latencyMillis();
        double actual = estimate.latencyMillis();
        String quantile = "p" + Figures.number(candidate.workload().demand().quantile() * 100);
        if (Double.isInfinite(actual)) {
            boolean link = Double.isInfinite(estimate.networkMillis());
            return new Violation(
                    "latency",
                    bound,
                    actual,
                    "ms",
                    link
                            ? "no link from " + origins(candidate) + " is known"
                            : "latency is not bounded: the replica is overloaded",
                    link
                            ? "give the round-trip time from " + origins(candidate) + " to "
                                    + candidate.site().id() + ", or coordinates to both"
                            : "use more replicas",
                    1);
        }
        String parts = "network " + Figures.number(estimate.networkMillis()) + " + transfer "
                + Figures.number(estimate.transferMillis()) + " + queue " + Figures.number(estimate.queueMillis())
                + " + compute " + Figures.number(estimate.computeMillis());
        return new Violation(
                "latency",
                bound,
                actual,
                "ms",
                quantile + " would be " + Figures.number(actual) + " ms" + batches(estimate) + " (" + parts
                        + "), bound is "
                        + Figures.number(bound) + " ms: " + Figures.number(actual - bound) + " ms too long",
                "raise " + quantile + " to " + Figures.number(Math.ceil(actual)) + " ms",
                (actual - bound) / bound);
    }
}
