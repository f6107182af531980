package io.edgeai.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.model.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    private static Checkpoint checkpoint(int size) {
        Map<String, float[]> vectors = new LinkedHashMap<>();
        vectors.put("theta", HandMade.random(1, size));
        vectors.put("update.velocity", HandMade.random(2, size));
        vectors.put("leer ∅", new float[] {Float.NaN, -0f, Float.MIN_VALUE});
        vectors.put("none", new float[0]);
        return new Checkpoint(
                new Checkpoint.Position(Digest.of(new byte[] {1}), "momentum", 100, 8, -5, 17, 1.25),
                new TrainingHistory(List.of(
                        new TrainingHistory.Epoch(1, 2.5, Double.NaN), new TrainingHistory.Epoch(2, 1.5, 0.75))),
                vectors);
    }

    @Test
    void comesBackAsItWent() {
        Path file = folder.resolve("run.ckpt");
        for (int size : new int[] {1, 5, 16384, 40001}) {
            Checkpoint before = checkpoint(size);
            before.write(file);
            Checkpoint after = Checkpoint.read(file);

            assertThat(after).isEqualTo(before).hasSameHashCodeAs(before);
            assertThat(after.vector("theta")).isEqualTo(HandMade.random(1, size));
            assertThat(after.names()).contains("leer ∅", "none");
        }
    }

    @Test
    void writingLeavesNothingElseBehind() throws IOException {
        checkpoint(9).write(folder.resolve("a"));
        checkpoint(10).write(folder.resolve("a"));

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("a"));
        }
        Path missing = folder.resolve("no").resolve("a");
        assertThatThrownBy(() -> checkpoint(9).write(missing))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> Checkpoint.read(missing)).isInstanceOf(StorageException.class);
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        Path file = folder.resolve("whole");
        checkpoint(20).write(file);
        byte[] whole = Files.readAllBytes(file);
        Path cut = folder.resolve("cut");
        for (int length = 0; length < whole.length; length++) {
            Files.write(cut, Arrays.copyOf(whole, length));
            damaged(cut, "length " + length);
        }
        Files.write(cut, Arrays.copyOf(whole, whole.length + 1));
        damaged(cut, "one byte more");
    }

    @Test
    void everyFlippedBitIsNoticed() throws IOException {
        Path file = folder.resolve("whole");
        checkpoint(6).write(file);
        byte[] whole = Files.readAllBytes(file);
        Path hurt = folder.resolve("hurt");
        for (int bit = 0; bit < whole.length * 8; bit += 3) {
            byte[] changed = whole.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(hurt, changed);
            damaged(hurt, "bit " + bit);
        }
    }

    @Test
    void randomDamageIsNoticed() throws IOException {
        long seed = new SplittableRandom().nextLong();
        SplittableRandom random = new SplittableRandom(seed);
        Path file = folder.resolve("whole");
        checkpoint(300).write(file);
        byte[] whole = Files.readAllBytes(file);
        Path hurt = folder.resolve("hurt");
        for (int round = 0; round < 500; round++) {
            byte[] changed = whole.clone();
            int from = random.nextInt(changed.length);
            int to = Math.min(changed.length, from + 1 + random.nextInt(64));
            for (int i = from; i < to; i++) {
                changed[i] = (byte) random.nextInt();
            }
            if (Arrays.equals(changed, whole)) {
                continue;
            }
            Files.write(hurt, changed);
            damaged(hurt, "seed " + seed + ", round " + round);
        }
    }

    /** A count of two billion values in a small file must not take two billion values' memory. */
    @Test
    void hugeCountsAreRefusedBeforeMemoryIsTaken() throws IOException {
        Path file = folder.resolve("huge");
        checkpoint(4).write(file);
        byte[] bytes = Files.readAllBytes(file);
        int refused = 0;
        for (int at = 8; at + 4 <= bytes.length - 32; at++) {
            byte[] changed = bytes.clone();
            ByteBuffer.wrap(changed).putInt(at, Integer.MAX_VALUE - 8);
            Files.write(file, changed);
            damaged(file, "count at " + at);
            refused++;
        }
        assertThat(refused).isPositive();
    }

    private static void damaged(Path file, String how) {
        assertThatThrownBy(() -> Checkpoint.read(file))
                .as(how)
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining(file.toString());
    }

    @Test
    void layoutsDifferByNameAndByDimensions() {
        ParameterLayout one = new ParameterLayout(List.of(new ParameterLayout.Slot("a", 0, List.of(2L, 3L))));
        ParameterLayout turned = new ParameterLayout(List.of(new ParameterLayout.Slot("a", 0, List.of(3L, 2L))));
        ParameterLayout other = new ParameterLayout(List.of(new ParameterLayout.Slot("b", 0, List.of(2L, 3L))));
        ParameterLayout none = new ParameterLayout(List.of());

        assertThat(Stream.of(
                                Checkpoint.layout(one, none),
                                Checkpoint.layout(none, one),
                                Checkpoint.layout(turned, none),
                                Checkpoint.layout(other, none))
                        .distinct())
                .hasSize(4);
        assertThat(Checkpoint.layout(one, none)).isEqualTo(Checkpoint.layout(one, none));
    }

    @Test
    void vectorsAreCopies() {
        float[] mine = {1, 2};
        Checkpoint checkpoint =
                new Checkpoint(checkpoint(1).position(), new TrainingHistory(List.of()), Map.of("v", mine));
        mine[0] = 9;
        checkpoint.vector("v")[1] = 9;

        assertThat(checkpoint.vector("v")).containsExactly(1, 2);
        assertThatThrownBy(() -> checkpoint.vector("w"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(w)");
    }
}
