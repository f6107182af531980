package io.edgeai.federated.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.edgeai.core.error.InvalidInputException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of codecs and whole numbers in chunks, split wherever. */
class CodedVectorsPropertyTest {
    private static byte[] bytes(int length, SplittableRandom random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void addInPieces(Vectors.Coded arrival, byte[] all, SplittableRandom random) {
        int at = 0;
        while (at < all.length) {
            assertThat(arrival.complete()).isFalse();
            int length = 1 + random.nextInt(all.length - at);
            arrival.add(ByteString.copyFrom(all, at, length));
            at += length;
        }
        assertThat(arrival.complete()).isTrue();
    }

    /** Chunks need not end where a value does, nor where the message does. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anySplitGivesMessageAndVectorBack(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] message = bytes(1 + random.nextInt(50), random);
        float[] more = {random.nextInt(), -0f, Float.MIN_VALUE};
        byte[] all = Vectors.bytes(message, more).array();
        assertThat(all).as("seed %d", seed).startsWith(message).hasSize(message.length + 12);

        Vectors.Coded both = new Vectors.Coded(message.length, 3);
        addInPieces(both, all, random);
        assertThat(both.message()).as("seed %d", seed).isEqualTo(message);
        assertThat(both.more()).as("seed %d", seed).isEqualTo(more);

        Vectors.Coded alone = new Vectors.Coded(message.length, 0);
        addInPieces(alone, Vectors.bytes(message, null).array(), random);
        assertThat(alone.message()).as("seed %d", seed).isEqualTo(message);
        assertThat(alone.more()).as("seed %d", seed).isNull();
    }

    @Test
    void whatIsTooLongIsRefusedAndLeavesNoTrace() {
        Vectors.Coded arrival = new Vectors.Coded(3, 1);
        arrival.add(ByteString.copyFrom(new byte[] {1, 2}));
        assertThatThrownBy(() -> arrival.add(ByteString.copyFrom(new byte[6])))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("A chunk of (6) bytes does not fit the 5 that are still to come.");
        arrival.add(ByteString.copyFrom(new byte[] {3, 0, 0, 0, 0}));
        assertThat(arrival.message()).containsExactly(1, 2, 3);
        assertThat(arrival.more()).containsExactly(0);
        assertThatThrownBy(() -> arrival.add(ByteString.copyFrom(new byte[1]))).hasMessageContaining("the 0 that");
    }

    @ParameterizedTest
    @CsvSource({"-1, 0, (4294967295) bytes", "8, 1073741824, (1073741824) values", "2147483647, 0, too long"})
    void lengthsThatNoArrayHasAreRefused(int coded, int more, String says) {
        assertThatThrownBy(() -> new Vectors.Coded(coded, more))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(says);
    }
}
