package io.edgeai.placement.deploy.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.model.Digest;
import io.edgeai.placement.deploy.Models;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Deltas written here are read by another hand, and the other way round; damage is never taken for a model. */
class DeltaFormatPropertyTest {
    @TempDir
    private Path folder;

    /** What may happen to a file between two versions. */
    enum Edit {
        INSERT,
        DELETE,
        REPLACE,
        REVERSE_ORDER,
        APPEND
    }

    private static byte[] noise(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] edited(byte[] bytes, Edit edit, SplittableRandom random) {
        int from = random.nextInt(bytes.length + 1);
        int until = from + random.nextInt(Math.min(2000, bytes.length - from + 1));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, 0, edit == Edit.REVERSE_ORDER || edit == Edit.APPEND ? 0 : from);
        switch (edit) {
            case INSERT -> {
                out.writeBytes(noise(random, random.nextInt(300)));
                out.write(bytes, from, bytes.length - from);
            }
            case DELETE -> out.write(bytes, until, bytes.length - until);
            case REPLACE -> {
                out.writeBytes(noise(random, until - from));
                out.write(bytes, until, bytes.length - until);
            }
            case REVERSE_ORDER -> {
                out.write(bytes, from, bytes.length - from);
                out.write(bytes, 0, from);
            }
            case APPEND -> {
                out.writeBytes(bytes);
                out.writeBytes(noise(random, random.nextInt(300)));
            }
        }
        return out.toByteArray();
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenAnotherReaderAppliesToTheSame(Edit edit) throws IOException, DataFormatException {
        for (long seed = 0; seed < 12; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] base = seed % 2 == 0
                    ? noise(random, random.nextInt(600_000))
                    : Models.onnx("tool")
                            .tensor("one", Models.weights(1 + random.nextInt(70_000), seed))
                            .tensor("two", Models.weights(1 + random.nextInt(3000), seed + 1))
                            .bytes();
            byte[] target = edited(edited(base, edit, random), edit, random);
            Path delta = folder.resolve("delta");
            ModelDelta.write(file("base", base), file("target", target), delta);
            byte[] written = Files.readAllBytes(delta);
            assertThat(PlainDelta.applied(base, written))
                    .as("%s, seed %d", edit, seed)
                    .isEqualTo(target);
            assertThat(Arrays.copyOfRange(written, 8, 40))
                    .as("base, seed %d", seed)
                    .isEqualTo(PlainDelta.sha(base));
            assertThat(Arrays.copyOfRange(written, 40, 72))
                    .as("target, seed %d", seed)
                    .isEqualTo(PlainDelta.sha(target));
            assertThat(applied(base, written)).as("%s, seed %d", edit, seed).isEqualTo(target);
        }
    }

    /** Windows of any length and kind, compared with any place of the base, also beyond its end. */
    @Test
    void whatAnotherWriterWroteIsApplied() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] base = noise(random, random.nextInt(3000));
            ByteArrayOutputStream target = new ByteArrayOutputStream();
            int[] lengths = random.ints(random.nextInt(6), 1, 900).toArray();
            long[] places = random.longs(lengths.length, 0, 4000).toArray();
            for (int w = 0; w < lengths.length; w++) {
                byte[] there = window(base, places[w], lengths[w]);
                target.writeBytes(w % 3 == 0 ? there : noise(random, lengths[w]));
            }
            byte[] wanted = target.toByteArray();
            PlainDelta delta = new PlainDelta(base, wanted);
            int done = 0;
            for (int w = 0; w < lengths.length; w++) {
                byte[] part = Arrays.copyOfRange(wanted, done, done + lengths[w]);
                switch (w % 3) {
                    case 0 -> delta.equal(lengths[w], places[w]);
                    case 1 -> delta.plain(part, places[w]);
                    default -> delta.packed(part, places[w]);
                }
                done += lengths[w];
            }
            assertThat(applied(base, delta.bytes())).as("seed %d", seed).isEqualTo(wanted);
        }
    }

    private static byte[] window(byte[] base, long at, int length) {
        byte[] there = new byte[length];
        for (int i = 0; i < length && at + i < base.length; i++) {
            there[i] = base[(int) at + i];
        }
        return there;
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, window of (0)",
        "-1, 0, 0, window of (-1)",
        "11, 0, 0, window of (11)",
        "10, -1, 0, damaged",
        "10, 0, 3, kind (3)",
        "10, 0, 255, kind (255)",
        "10, 0, 1, cut off",
        "10, 0, 2, cut off",
        "10, 0, 0, it makes"
    })
    void windowsThatCannotBeAreRefused(int length, long at, int kind, String message) {
        byte[] base = new byte[20];
        byte[] delta = new PlainDelta(base, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
                .window(length, at, kind)
                .bytes();
        assertThatThrownBy(() -> applied(base, delta))
                .isInstanceOf(ModelIntegrityException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aPromiseOfMoreThanTheLimitIsRefusedBeforeAnyWindow() {
        byte[] base = {1};
        for (long size : new long[] {-1, Long.MIN_VALUE, 1 << 21, Long.MAX_VALUE}) {
            byte[] delta = new PlainDelta(base, PlainDelta.sha(base), new byte[32], size).bytes();
            assertThatThrownBy(() -> applied(base, delta))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("(" + size + ") bytes, more than the limit");
        }
    }

    /** Each byte of a delta with all three kinds of windows, changed to a random other value. */
    @Test
    void noDamagedDeltaMakesAnythingButTheTarget() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        byte[] base = noise(random, 120);
        byte[] middle = noise(random, 50);
        byte[] end = new byte[60];
        ByteArrayOutputStream target = new ByteArrayOutputStream();
        target.write(base, 0, 40);
        target.writeBytes(middle);
        target.writeBytes(end);
        byte[] wanted = target.toByteArray();
        byte[] good = new PlainDelta(base, wanted)
                .equal(40, 0)
                .plain(middle, 40)
                .packed(end, 500)
                .bytes();
        assertThat(applied(base, good)).isEqualTo(wanted);
        int refused = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] += (byte) (1 + random.nextInt(255));
            try {
                assertThat(applied(base, damaged)).as("byte %d", at).isEqualTo(wanted);
            } catch (EdgeException e) {
                refused++;
            }
        }
        assertThat(refused).as("refused of %d", good.length).isGreaterThan(good.length / 2);
    }

    private byte[] applied(byte[] base, byte[] delta) throws IOException {
        Path made = folder.resolve("made");
        Digest digest = ModelDelta.apply(file("base", base), file("delta", delta), made, 1 << 20);
        byte[] bytes = Files.readAllBytes(made);
        assertThat(digest).isEqualTo(Digest.of(bytes));
        return bytes;
    }

    private Path file(String name, byte[] bytes) {
        return Models.write(folder.resolve(name), bytes);
    }
}
