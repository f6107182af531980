package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.data.ParticipantData;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.LocalModel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * A holder of data that takes part in rounds. The coordinator may call different participants at once, but never one
 * participant from two threads at a time.
 */
public interface FederatedParticipant {
    /** Said of one that has no data to measure a model on. */
    String KEEPS_NOTHING = "it keeps no samples to evaluate on";

    /** Unique among the participants of a coordinator. */
    String id();

    /** How many samples it trains on, at least 1; does not change during a run. */
    int samples();

    /**
     * Trains on its own data from the parameters it receives. What it throws counts as a failure of this participant in
     * this round and nothing more.
     */
    Update fit(RoundTask task);

    /**
     * Begins the work and gives its outcome later; by default {@link #fit} on the executor. Cancelling the future tells the
     * participant that nobody waits for it any more.
     */
    default CompletableFuture<Update> begin(RoundTask task, Executor executor) {
        return CompletableFuture.supplyAsync(() -> fit(task), executor);
    }

    /** Whether it could be asked now; default always. */
    default boolean available() {
        return true;
    }

    /**
     * Chance that it is there for that long from now, 0 to 1: known, or learnt from when it was; default 1. Selections by
     * availability prefer who is likely to stay.
     */
    default double staying(Duration ahead) {
        return 1;
    }

    /** Told what became of its update, after that is written down. */
    default void settled(Receipt receipt) {}

    /**
     * How good a model is on data of its own that it does not train on.
     *
     * @param parameters of the model; not to be changed
     * @return empty where it has no such data
     */
    default Optional<Evaluation> evaluate(float[] parameters) {
        return Optional.empty();
    }

    /**
     * Begins to measure the model of a task and gives the outcome later; by default {@link #evaluate} on the executor.
     * Cancelling the future tells the participant that nobody waits for it any more.
     */
    default CompletableFuture<Optional<Evaluation>> measure(RoundTask task, Executor executor) {
        return CompletableFuture.supplyAsync(() -> evaluate(task.parameters()), executor);
    }

    /** The model of its own that an algorithm such as Ditto made it keep; a copy. */
    default Optional<float[]> personal() {
        return Optional.empty();
    }

    /**
     * What it remembers of its rounds and must outlive this process for a run to go on to the bit, e.g. a control variate;
     * default nothing. Called while it works on nothing, or has given up; the arrays are not changed by anyone.
     */
    default float[][] memory() {
        return new float[0][];
    }

    /** Begins a run with what {@link #memory()} gave earlier; with nothing where there was none. Default ignores it. */
    default void remember(float[][] memory) {}

    /** A participant that trains a model of this library on its data. */
    static FederatedParticipant training(LocalModel model, ParticipantData data) {
        return new InProcessParticipant(data, new InProcessParticipant.Trainers(model));
    }

    /** A participant whose work is a function. */
    static FederatedParticipant of(String id, int samples, Function<RoundTask, Update> fit) {
        if (samples < 1) {
            throw new InvalidInputException("samples (" + samples + ") of participant " + id + " must be at least 1.");
        }
        return new FederatedParticipant() {
            @Override
            public String id() {
                return id;
            }

            @Override
            public int samples() {
                return samples;
            }

            @Override
            public Update fit(RoundTask task) {
                return fit.apply(task);
            }

            @Override
            public String toString() {
                return "FederatedParticipant(" + id + ")";
            }
        };
    }
}
