package io.edgeai.core.train;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Training at rest: all that is needed to go on as if it had never stopped. With one thread the resumed run gives the
 * same bits. The order of examples and the randomness of augmentation follow from the seed and the step, so no
 * generator is saved. Only the masks of Dropout begin anew, since the engine keeps their generator to itself. Immutable
 * and thread-safe.
 */
public final class Checkpoint {
    private final Position position;
    private final TrainingHistory history;
    private final Map<String, float[]> vectors;

    /**
     * Which training, and how far.
     *
     * @param layout digest of the names and dimensions of all parameters and statistics
     * @param optimizer what changes the parameters
     * @param examples number of training examples
     * @param batchSize examples of a step
     * @param seed of order and augmentation
     * @param step steps done
     * @param lossSum sum over the losses of the examples of the epoch begun
     */
    public record Position(
            Digest layout, String optimizer, int examples, int batchSize, long seed, long step, double lossSum) {
        public Position {
            if (examples < 1 || batchSize < 1 || step < 0) {
                throw new InvalidInputException("A checkpoint of (" + examples + ") examples, batch (" + batchSize
                        + ") and step (" + step + ") cannot be. Maybe the file is damaged.");
            }
        }
    }

    /**
     * A checkpoint.
     *
     * @param vectors parameters, statistics and what the optimizer remembers, by name
     */
    public Checkpoint(Position position, TrainingHistory history, Map<String, float[]> vectors) {
        this.position = position;
        this.history = history;
        this.vectors = new LinkedHashMap<>();
        vectors.forEach((name, values) -> this.vectors.put(name, values.clone()));
    }

    /**
     * Reads a file.
     *
     * @throws io.edgeai.core.error.ModelIntegrityException where it is damaged or no checkpoint
     * @throws io.edgeai.core.error.StorageException where it cannot be read
     */
    public static Checkpoint read(Path file) {
        return CheckpointFile.read(file);
    }

    /** Writes a file, whole or not at all; one that is there is replaced. */
    public void write(Path file) {
        CheckpointFile.write(this, file);
    }

    public Position position() {
        return position;
    }

    public TrainingHistory history() {
        return history;
    }

    /** Names of the vectors it holds. */
    public Set<String> names() {
        return Set.copyOf(vectors.keySet());
    }

    /** A copy of a vector. */
    public float[] vector(String name) {
        float[] values = vectors.get(name);
        if (values == null) {
            throw new InvalidInputException(
                    "The checkpoint holds no (" + name + "). Maybe one of " + vectors.keySet() + "?");
        }
        return values.clone();
    }

    /** The vectors themselves, in order. */
    Map<String, float[]> live() {
        return vectors;
    }

    /** The identity of what is trained: equal for equal names and dimensions. */
    public static Digest layout(ParameterLayout parameters, ParameterLayout statistics) {
        MessageDigest sha = Digest.sha256();
        for (ParameterLayout layout : List.of(parameters, statistics)) {
            for (ParameterLayout.Slot slot : layout.slots()) {
                sha.update((slot.name().length() + ":" + slot.name() + slot.dims()).getBytes(StandardCharsets.UTF_8));
            }
            sha.update((byte) 0);
        }
        return new Digest(HexFormat.of().formatHex(sha.digest()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Checkpoint that
                && position.equals(that.position)
                && history.equals(that.history)
                && vectors.keySet().equals(that.vectors.keySet())
                && vectors.entrySet().stream()
                        .allMatch(entry -> Arrays.equals(entry.getValue(), that.vectors.get(entry.getKey())));
    }

    @Override
    public int hashCode() {
        return position.hashCode();
    }

    @Override
    public String toString() {
        return "Checkpoint(step " + position.step() + " of layout "
                + position.layout().abbreviated() + ")";
    }
}
