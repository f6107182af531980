package io.edgeai.federated;

import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.training.SgdSettings;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a participant is asked to do in one round. Immutable and thread-safe. */
public final class RoundTask {
    private final int round;
    private final Broadcast broadcast;
    private final SgdSettings settings;
    private final LocalRule rule;
    private final boolean wantsInitialLoss;
    private final long seed;

    RoundTask(
            int round, Broadcast broadcast, SgdSettings settings, LocalRule rule, boolean wantsInitialLoss, long seed) {
        this.round = round;
        this.broadcast = broadcast;
        this.settings = settings;
        this.rule = rule;
        this.wantsInitialLoss = wantsInitialLoss;
        this.seed = seed;
    }

    /**
     * A task that came from another process.
     *
     * @param parameters of the model; taken over
     * @param control what the client algorithm sends besides, or null; taken over
     */
    public static RoundTask received(
            int round,
            float[] parameters,
            float @Nullable [] control,
            SgdSettings settings,
            LocalRule rule,
            boolean wantsInitialLoss,
            long seed) {
        return new RoundTask(round, new Broadcast(parameters, control), settings, rule, wantsInitialLoss, seed);
    }

    /** From 1. */
    public int round() {
        return round;
    }

    /** A copy of the global parameters, for the caller to train in place. */
    public float[] parameters() {
        return broadcast.parameters().clone();
    }

    /** How many parameters there are. */
    public int size() {
        return broadcast.parameters().length;
    }

    /** A copy of what the client algorithm sends besides the parameters, or null. */
    public float @Nullable [] control() {
        float[] control = broadcast.control();
        return control == null ? null : control.clone();
    }

    /** Parameters, then the control vector where there is one, as little-endian float32: read-only, shared by all tasks. */
    public ByteBuffer wire() {
        return broadcast.bytes();
    }

    /** A fingerprint of what was sent, the same for all participants of a round; never 0. */
    public long version() {
        return broadcast.version();
    }

    /** How to train: epochs, batch size, learning rate, proximal strength. */
    public SgdSettings settings() {
        return settings;
    }

    /** What to do besides descending. */
    public LocalRule rule() {
        return rule;
    }

    /** Whether the update should say the loss at the received parameters. */
    public boolean wantsInitialLoss() {
        return wantsInitialLoss;
    }

    /** Differs for each round and participant; the same in every repetition of the run. */
    public long seed() {
        return seed;
    }

    /** Names the answer to this task: an update sent again, by whatever process, has the same id; never 0. */
    public long updateId() {
        return Seeds.mix(seed, round, version()) | 1;
    }
}
