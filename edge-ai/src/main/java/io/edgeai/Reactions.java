package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.AdvisedAction;
import io.edgeai.placement.PlacementPlan;
import io.edgeai.placement.Rebalance;
import io.edgeai.placement.RebalanceLimits;
import io.edgeai.placement.autoscale.ScalingTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which advice of the monitor is acted on, and how often. By default none is; what is named here is, by action and model at most
 * once an hour and three times in 24 hours. Each advice that is named leaves a note on its version in the registry's audit, with
 * the evidence and what came of it, and an {@link io.edgeai.core.event.AdviceFollowed} event. Not thread-safe.
 */
public final class Reactions {
    private final Map<AdvisedAction, List<Reaction>> reactions = new EnumMap<>(AdvisedAction.class);
    private Duration coolDown = Duration.ofHours(1);
    private int perDay = 3;
    private boolean dryRun;
    private @Nullable Executor executor;

    Reactions() {}

    /**
     * Rolls a version back that does worse than another: the registry's active version to the one before, a canary to none. In
     * the environment that endpoints have by default. Versions of a split of yours answer on: see {@link Serving#rollbackOn}.
     */
    public Reactions rollBack() {
        return on(AdvisedAction.ROLL_BACK, new RollBackReaction());
    }

    /**
     * Asks for one replica more of a model.
     *
     * @param target e.g. a {@link io.edgeai.placement.deploy.ScaledRelease}; an autoscaler that drives it too has the last word
     * @param most replicas, 2 or more
     */
    public Reactions scaleOut(String model, ScalingTarget target, int most) {
        if (most < 2) {
            throw new InvalidInputException("Replicas (" + most + ") are below 2. Maybe leave scaleOut(…) out.");
        }
        return on(AdvisedAction.SCALE_OUT, new ScaleOutReaction(model, target, most));
    }

    /**
     * Looks for moves that make a running plan better, a dry run, and hands them on where there are some.
     *
     * @param running the plan now
     * @param then e.g. deploys {@code rebalance.after()}, or asks somebody
     */
    public Reactions move(Supplier<PlacementPlan> running, RebalanceLimits limits, Consumer<Rebalance> then) {
        return on(AdvisedAction.MOVE, new MoveReaction(running, limits, then));
    }

    /** Learns from newer data, e.g. {@code (edge, advice) -> …edge.federate(…)…}. */
    public Reactions retrain(Reaction reaction) {
        return on(AdvisedAction.RETRAIN, reaction);
    }

    /** Does something of the host's about an advice; several about one are done in this order. */
    public Reactions on(AdvisedAction action, Reaction reaction) {
        reactions.computeIfAbsent(action, key -> new ArrayList<>()).add(reaction);
        return this;
    }

    /** Shortest time from one reaction to the next of the same action and model, 0 or more; default an hour. */
    public Reactions coolDown(Duration time) {
        if (time.isNegative()) {
            throw new InvalidInputException("coolDown (" + time + ") is negative. Maybe use Duration.ZERO.");
        }
        this.coolDown = time;
        return this;
    }

    /** Most reactions of an action and model in 24 hours, 1 or more; default 3. */
    public Reactions perDay(int most) {
        if (most < 1) {
            throw new InvalidInputException("perDay (" + most + ") is below 1. Maybe use dryRun().");
        }
        this.perDay = most;
        return this;
    }

    /** Does nothing but note what would be done. */
    public Reactions dryRun() {
        this.dryRun = true;
        return this;
    }

    /** Runs reactions; default a thread of this instance's. */
    public Reactions executor(Executor runs) {
        this.executor = runs;
        return this;
    }

    List<Reaction> of(AdvisedAction action) {
        return List.copyOf(reactions.getOrDefault(action, List.of()));
    }

    Duration coolDown() {
        return coolDown;
    }

    int perDay() {
        return perDay;
    }

    boolean isDryRun() {
        return dryRun;
    }

    @Nullable
    Executor executor() {
        return executor;
    }
}
