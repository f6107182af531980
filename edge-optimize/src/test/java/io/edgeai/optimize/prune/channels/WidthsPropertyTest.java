package io.edgeai.optimize.prune.channels;

import static org.assertj.core.api.Assertions.assertThat;

import io.edgeai.core.onnx.cost.CostModel;
import io.edgeai.optimize.testing.PrunableNets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Widths that are changed unit by unit, against counting everything anew. */
class WidthsPropertyTest {
    @Test
    void multiplicationsFollowEveryRemovalAndReturn() {
        for (long seed = 0; seed < 10; seed++) {
            ChannelMap map = ChannelMap.of(PrunableNets.convolutional(seed));
            Widths widths = map.widths();
            BitSet removed = new BitSet();
            Random random = new Random(seed);
            for (int step = 0; step < 60; step++) {
                int unit = random.nextInt(map.units());
                if (random.nextInt(3) > 0) {
                    widths.remove(unit);
                    removed.set(unit);
                } else {
                    widths.restore(unit);
                    removed.clear(unit);
                }
                assertThat(widths.removed()).as("seed " + seed).isEqualTo(removed);
                assertThat(widths.viable()).as("seed " + seed).isEqualTo(map.viable(removed));
                if (step % 20 == 19 && map.viable(removed)) {
                    assertThat(widths.macs(1)).as("seed " + seed).isEqualTo((double)
                            CostModel.of(map.without(removed)).macs());
                }
            }
        }
    }

    @Test
    void whatIsRemovedTwiceComesBackOnce() {
        Widths widths = new Widths(
                new int[] {3},
                new boolean[1],
                new int[][] {{0}, {0}, {0}},
                List.of(new Widths.Term(2, List.of(0))),
                List.of());
        widths.remove(1);
        widths.remove(1);
        widths.restore(2);
        assertThat(widths.macs(1)).isEqualTo(4);
        widths.restore(1);
        assertThat(widths.macs(1)).isEqualTo(6);
        widths.removed().set(0);
        assertThat(widths.removed().isEmpty()).isTrue();
    }

    @Test
    void blocksRoundEveryWidthUp() {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            int[] counts = random.ints(3, 1, 40).toArray();
            int block = 1 + random.nextInt(16);
            Widths widths = new Widths(
                    counts.clone(),
                    new boolean[3],
                    new int[0][],
                    List.of(new Widths.Term(5, List.of(0, 1)), new Widths.Term(7, List.of(2, 2))),
                    List.of());
            long[] blocks = Arrays.stream(counts)
                    .mapToLong(count -> (long) Math.ceil(count / (double) block) * block)
                    .toArray();
            assertThat(widths.macs(block))
                    .as("seed " + seed + ", blocks of " + block)
                    .isEqualTo(5.0 * blocks[0] * blocks[1] + 7.0 * blocks[2] * blocks[2]);
        }
    }

    @Test
    void anAxisThatMayBeEmptyIsNoObstacle() {
        Widths widths = new Widths(
                new int[] {1, 2}, new boolean[] {true, false}, new int[][] {{0}, {1}, {1}}, List.of(), List.of());
        widths.remove(0);
        widths.remove(1);
        assertThat(widths.viable()).isTrue();
        widths.remove(2);
        assertThat(widths.viable()).isFalse();
    }
}
