package io.edgeai.federated;

import io.edgeai.federated.evaluation.ScoreSum;
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
    private final Sending sending;

    RoundTask(
            int round, Broadcast broadcast, SgdSettings settings, LocalRule rule, boolean wantsInitialLoss, long seed) {
        this(round, broadcast, settings, rule, wantsInitialLoss, seed, Sending.plain());
    }

    private RoundTask(
            int round,
            Broadcast broadcast,
            SgdSettings settings,
            LocalRule rule,
            boolean wantsInitialLoss,
            long seed,
            Sending sending) {
        this.round = round;
        this.broadcast = broadcast;
        this.settings = settings;
        this.rule = rule;
        this.wantsInitialLoss = wantsInitialLoss;
        this.seed = seed;
        this.sending = sending;
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

    /** To measure the model after a round. */
    static RoundTask measuring(int round, Broadcast model, SgdSettings settings, long seed) {
        return new RoundTask(-round, model, settings, LocalRule.plain(), false, seed);
    }

    /** Whether the model is to be measured on the participant's own data instead of trained. */
    public boolean measures() {
        return round < 0;
    }

    /** Numbers of the vector that enters a secure sum. */
    public int summed() {
        return measures() ? ScoreSum.SIZE : size();
    }

    /** This task with a model that came in a codec. */
    public RoundTask arrivedAs(byte[] coded) {
        Broadcast arrived = Broadcast.arrived(coded, size(), broadcast.control());
        return new RoundTask(round, arrived, settings, rule, wantsInitialLoss, seed, sending);
    }

    /** This task with another way to send its update. */
    public RoundTask sending(Sending how) {
        return new RoundTask(round, broadcast, settings, rule, wantsInitialLoss, seed, how);
    }

    /** How a participant elsewhere sends its update; in the coordinator's process that does not matter. */
    public Sending sending() {
        return sending;
    }

    /** From 1; minus the round after which the model is to be measured. */
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

    /**
     * The model, as float32 or in its codec, then the control vector where there is one, as float32; little-endian, read-only,
     * shared by all tasks of a round.
     */
    public ByteBuffer wire() {
        return broadcast.bytes();
    }

    /** Bytes at the beginning of {@link #wire()} that are the model in a codec; 0 where it is float32. */
    public int codedBytes() {
        return broadcast.codedBytes();
    }

    /** SHA-256 of {@link #wire()}. */
    public byte[] hash() {
        return broadcast.hash();
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
