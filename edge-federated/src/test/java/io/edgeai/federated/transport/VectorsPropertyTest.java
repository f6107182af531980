package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Vectors taken apart and put together in every way in which a sender may cut them. */
class VectorsPropertyTest {
    private static final float[] NONE = {};

    private static float[] floats(int size, SplittableRandom random) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = Float.intBitsToFloat(random.nextInt() & ~(1 << 30));
        }
        return values;
    }

    /** Least significant byte first, by shifts. */
    private static byte[] littleEndian(float[]... vectors) {
        List<Byte> bytes = new ArrayList<>();
        for (float[] vector : vectors) {
            for (float value : vector) {
                int bits = Float.floatToRawIntBits(value);
                for (int shift = 0; shift < 32; shift += 8) {
                    bytes.add((byte) (bits >>> shift));
                }
            }
        }
        byte[] all = new byte[bytes.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = bytes.get(i);
        }
        return all;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void anySplitGivesBothVectorsBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] first = floats(random.nextInt(40), random);
        float[] second = floats(random.nextInt(3) == 0 ? 0 : random.nextInt(40), random);
        byte[] bytes = littleEndian(first, second);
        assertThat(Vectors.bytes(first, second).array()).as("seed %d", seed).isEqualTo(bytes);

        Vectors.Assembly assembly = new Vectors.Assembly(first.length, second.length);
        int at = 0;
        while (at < bytes.length) {
            assertThat(assembly.complete()).as("seed %d at %d", seed, at).isFalse();
            int length = Float.BYTES * random.nextInt(1 + (bytes.length - at) / Float.BYTES);
            assembly.add(ByteString.copyFrom(bytes, at, length));
            at += length;
        }
        assertThat(assembly.complete()).as("seed %d", seed).isTrue();
        assertThat(assembly.first()).as("seed %d", seed).isEqualTo(first);
        if (second.length == 0) {
            assertThat(assembly.second()).isNull();
        } else {
            assertThat(assembly.second()).as("seed %d", seed).isEqualTo(second);
        }
    }

    /** A chunk that is refused has changed nothing: the right one still fits. */
    @ParameterizedTest
    @CsvSource({"1", "2", "3", "5", "9", "12", "4096"})
    void chunksThatDoNotFitAreRefusedAndLeaveNoTrace(int length) {
        float[] first = {1, 2};
        float[] second = {3};
        Vectors.Assembly assembly = new Vectors.Assembly(2, 1);
        assembly.add(ByteString.copyFrom(littleEndian(new float[] {1})));
        assertThatThrownBy(() -> assembly.add(ByteString.copyFrom(new byte[length])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("A chunk of (" + length + ") bytes does not fit the 2 values that are still to come.");
        assembly.add(ByteString.copyFrom(littleEndian(new float[] {2}, second)));
        assertThat(assembly.complete()).isTrue();
        assertThat(assembly.first()).isEqualTo(first);
        assertThat(assembly.second()).isEqualTo(second);
    }

    @Test
    void nothingMoreFitsIntoWhatIsComplete() {
        Vectors.Assembly empty = new Vectors.Assembly(0, 0);
        assertThat(empty.complete()).isTrue();
        empty.add(ByteString.EMPTY);
        assertThatThrownBy(() -> empty.add(ByteString.copyFrom(new byte[4]))).hasMessageContaining("the 0 values");
        assertThat(empty.first()).isEqualTo(NONE);
    }

    /** As many chunks as ⌈bytes / 262,144⌉, all but the last of them full, together the bytes. */
    @ParameterizedTest
    @CsvSource({"0,0,0", "1,1,4", "65535,1,262140", "65536,1,262144", "65537,2,4", "131072,2,262144", "150000,3,75712"})
    void chunksAreFullButTheLast(int floats, int count, int last) {
        float[] values = floats(floats, new SplittableRandom(floats));
        List<ByteString> chunks = new ArrayList<>();
        Iterator<ByteString> all = Vectors.chunks(Vectors.bytes(values, null));
        all.forEachRemaining(chunks::add);
        assertThat(chunks).hasSize(count);
        for (int i = 0; i < count; i++) {
            assertThat(chunks.get(i).size()).as("chunk %d", i).isEqualTo(i + 1 < count ? 262_144 : last);
        }
        Vectors.Assembly assembly = new Vectors.Assembly(floats, 0);
        chunks.forEach(assembly::add);
        assertThat(assembly.first()).isEqualTo(values);
        assertThatThrownBy(all::next).isInstanceOf(NoSuchElementException.class);
    }

    /** One buffer serves many participants: nobody's reading moves it for the next. */
    @Test
    void chunksOfOneBufferCanBeTakenAgain() {
        var bytes = Vectors.bytes(new float[] {1, 2}, new float[] {3});
        ByteString once = Vectors.chunks(bytes).next();
        ByteString again = Vectors.chunks(bytes).next();
        assertThat(again).isEqualTo(once);
        assertThat(once.toByteArray()).isEqualTo(littleEndian(new float[] {1, 2}, new float[] {3}));
    }
}
