package io.edgeai.federated.secagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.QuorumNotReachedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every way in which participants can be lost in the phases: the sum is exact, or there is none. */
class DropoutPropertyTest {
    private static final int SIZE = 9;
    private static final int MINIMUM = 2;
    private static final int[] WIDTHS = {8, 16, 32};

    private static int[] vector(int participant) {
        return new Random(participant).ints(SIZE).toArray();
    }

    /** What the protocol promises, from the numbers of participants still there in each phase. */
    private boolean succeeds(int[] lost) {
        int[] there = new int[Gathering.NEVER];
        for (int phase = 0; phase < there.length; phase++) {
            int now = phase;
            there[phase] = (int) Arrays.stream(lost).filter(x -> x > now).count();
        }
        int threshold = there[0] / 2 + 1;
        return there[0] >= MINIMUM
                && there[1] >= Math.max(MINIMUM, threshold)
                && there[2] >= MINIMUM
                && there[4] >= threshold;
    }

    private void check(int[] lost, int bits) {
        Terms terms = new Terms(11, new byte[32], SIZE, 100, MINIMUM, bits);
        Map<Integer, Integer> lostBefore = new TreeMap<>();
        int[] expected = new int[SIZE];
        for (int id = 0; id < lost.length; id++) {
            lostBefore.put(id, lost[id]);
            for (int i = 0; i < SIZE && lost[id] > 2; i++) {
                expected[i] += vector(id)[i];
            }
        }
        Arrays.setAll(expected, i -> expected[i] << 32 - bits >>> 32 - bits);
        Gathering gathering = new Gathering(
                new SecAggServer(terms, PlainParts.exchange()), lostBefore, id -> PlainParts.client(terms, id, id));
        if (succeeds(lost)) {
            assertThat(gathering.sum(DropoutPropertyTest::vector))
                    .as("lost before %s, %s bits", Arrays.toString(lost), bits)
                    .containsExactly(expected);
        } else {
            assertThatThrownBy(() -> gathering.sum(DropoutPropertyTest::vector))
                    .as("lost before %s", Arrays.toString(lost))
                    .isInstanceOf(QuorumNotReachedException.class);
        }
    }

    /**
     * All patterns of up to four. Of five and six all but for their order, each in an order of its own, and in the full build
     * every one. With masks of 8, 16 and 32 bits, all of them where every pattern is tried, and in turn otherwise.
     */
    @ParameterizedTest
    @CsvSource({"2, 36, 36", "3, 216, 216", "4, 1296, 1296", "5, 252, 7776", "6, 462, 46656"})
    void everyPatternGivesTheSumOrNone(int participants, int usually, int all) {
        boolean every = usually == all || Boolean.getBoolean("edgeai.full");
        Random random = new Random(participants);
        int seen = 0;
        for (int pattern = 0; pattern < all; pattern++) {
            List<Integer> lost = new ArrayList<>();
            for (int i = 0, rest = pattern; i < participants; i++, rest /= 6) {
                lost.add(rest % 6);
            }
            boolean ascending = lost.equals(lost.stream().sorted().toList());
            if (every || ascending) {
                if (!every) {
                    Collections.shuffle(lost, random);
                }
                int[] phases = lost.stream().mapToInt(Integer::intValue).toArray();
                for (int bits : every ? WIDTHS : new int[] {WIDTHS[seen % WIDTHS.length]}) {
                    check(phases, bits);
                }
                seen++;
            }
        }
        assertThat(seen).isEqualTo(every ? all : usually);
    }

    /** A sparse graph of 120 with a fifth lost anywhere; who keeps too few neighbours makes the round fail, not the sum. */
    @Test
    void sparseGraphsGiveTheSumToo() {
        Terms sparse = new Terms(12, new byte[32], SIZE, 40, 60);
        Random random = new Random(120);
        Map<Integer, Integer> lostBefore = new TreeMap<>();
        int[] expected = new int[SIZE];
        for (int id = 0; id < 120; id++) {
            int lost = random.nextInt(5) == 0 ? random.nextInt(5) : Gathering.NEVER;
            lostBefore.put(id, lost);
            for (int i = 0; i < SIZE && lost > 2; i++) {
                expected[i] += vector(id)[i];
            }
        }
        Gathering gathering = new Gathering(
                new SecAggServer(sparse, PlainParts.exchange()),
                lostBefore,
                id -> new SecAggClient(
                        sparse,
                        id,
                        PlainParts.signer(id),
                        PlainParts.verifier(),
                        PlainParts.exchange(),
                        PlainParts.random(id)));

        assertThat(gathering.sum(DropoutPropertyTest::vector)).containsExactly(expected);
    }
}
