package io.edgeai.experiment;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.edgeai.core.experiment.ThompsonSampling;
import io.edgeai.core.model.VersionRef;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a bandit stands, fit for JSON.
 *
 * @param model its name
 * @param arms each version, the first first
 * @param inForce whether requests are dealt by it now; null, and left out of JSON, where only what was kept is known
 */
public record BanditStanding(
        String model, List<Arm> arms, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean inForce) {
    /** How certain it must be which version is the best for that one to be named. */
    static final double SURE = 0.95;

    /**
     * What a version has earned.
     *
     * @param version as {@code name@number}
     * @param rewards how many
     * @param mean of the rewards, 0 to 1; null where there are none
     * @param share of the requests that it would get now
     * @param best the probability that it earns most in the long run; null where the floor leaves nothing to earn
     */
    public record Arm(String version, double rewards, @Nullable Double mean, double share, @Nullable Double best) {}

    public BanditStanding {
        arms = List.copyOf(arms);
    }

    /**
     * What a bandit's state says.
     *
     * @param versions in the state's order
     * @param inForce null where it is not known
     */
    public static BanditStanding of(
            String model, List<String> versions, ThompsonSampling.State state, @Nullable Boolean inForce) {
        List<Double> shares = new ThompsonSampling(state).shares();
        double toEarn = 1 - state.floor() * shares.size();
        List<Arm> arms = new ArrayList<>();
        for (int arm = 0; arm < shares.size(); arm++) {
            double earned = state.successes().get(arm);
            double rewards = earned + state.failures().get(arm);
            double share = shares.get(arm);
            Double mean = rewards == 0 ? null : earned / rewards;
            Double best = toEarn < 1e-9 ? null : Math.max(0, (share - state.floor()) / toEarn);
            arms.add(new Arm(versions.get(arm), rewards, mean, share, best));
        }
        return new BanditStanding(model, arms, inForce);
    }

    /** The version that is the best with a probability of 0.95 or more; empty where none is. */
    public Optional<VersionRef> winner() {
        return arms.stream()
                .filter(arm -> {
                    Double best = arm.best();
                    return best != null && best >= SURE;
                })
                .map(arm -> VersionRef.parse(arm.version()))
                .findFirst();
    }

    /** What speaks for what, for people. */
    public String evidence() {
        return arms.stream()
                .map(arm -> arm.version() + ": " + figures(arm.rewards()) + " rewards"
                        + (arm.mean() == null ? "" : ", mean " + figures(arm.mean()))
                        + (arm.best() == null ? "" : ", best with " + figures(arm.best())))
                .collect(Collectors.joining("; "));
    }

    private static String figures(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(value < 1 ? 4 : 7))
                .stripTrailingZeros()
                .toPlainString();
    }
}
