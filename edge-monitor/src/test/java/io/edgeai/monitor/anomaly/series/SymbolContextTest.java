package io.edgeai.monitor.anomaly.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolContextTest {
    /** Backed-off frequencies of orders 0 to 3 in maps, without hashing. */
    private static final class Naive {
        private final Map<List<Integer>, Integer> counts = new HashMap<>();
        private final List<Integer> past = new ArrayList<>(List.of(0, 0, 0));
        private double smoothed;

        double surprise(int symbol) {
            double p = 0.1;
            for (int order = 0; order <= 3; order++) {
                List<Integer> context = new ArrayList<>(past.subList(past.size() - order, past.size()));
                context.add(0, -1 - order); // keeps contexts apart from pairs
                List<Integer> pair = new ArrayList<>(context);
                pair.add(symbol);
                p = (counts.getOrDefault(pair, 0) + 1.5 * p) / (counts.getOrDefault(context, 0) + 1.5);
                counts.merge(pair, 1, Integer::sum);
                counts.merge(context, 1, Integer::sum);
            }
            past.add(symbol);
            smoothed = 0.5 * smoothed - 0.5 * Math.log(p);
            return smoothed;
        }
    }

    /** With three symbols in use at most 81 + 27 + 9 + 3 pairs occur; collisions in 1024 cells stay rare. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void surprisesFollowTheUnhashedFrequencies(long seed) {
        Random random = new Random(seed);
        SymbolContext context = new SymbolContext();
        Naive naive = new Naive();
        double off = 0;
        for (int i = 0; i < 3000; i++) {
            int symbol = random.nextInt(10) < 7 ? 4 : 3 + random.nextInt(3);
            off += Math.abs(context.surprise(symbol) - naive.surprise(symbol));
        }
        assertThat(off / 3000).as("seed %s", seed).isLessThan(0.08);
    }

    @Test
    void theFirstSymbolHasAChanceOfOneInTen() {
        assertThat(new SymbolContext().surprise(3)).isCloseTo(0.5 * Math.log(10), within(1e-12));
    }

    @Test
    void aCycleBecomesCertainAndABreakOfItIsSurprising() {
        SymbolContext context = new SymbolContext();
        int[] cycle = {1, 4, 8, 4};
        double usual = 0;
        for (int i = 0; i < 4000; i++) {
            usual = context.surprise(cycle[i % 4]);
        }
        assertThat(usual).isLessThan(0.02);
        // all its symbols are frequent, only their order is new
        assertThat(context.surprise(8)).isGreaterThan(usual + 1.5);
    }

    /** The entropy of a fair choice among two symbols is ln 2 in every context. */
    @Test
    void ofFairCoinsTheMeanSurpriseIsTheEntropy() {
        Random random = new Random(4);
        SymbolContext context = new SymbolContext();
        double sum = 0;
        for (int i = 0; i < 24_000; i++) {
            double surprise = context.surprise(random.nextBoolean() ? 2 : 7);
            sum += i >= 4000 ? surprise : 0;
        }
        assertThat(sum / 20_000).isCloseTo(Math.log(2), within(0.02));
    }

    @Test
    void countsThatAreFullStopCountingAndStayProbabilities() {
        SymbolContext context = new SymbolContext();
        double surprise = 1;
        for (int i = 0; i < 150_000; i++) {
            surprise = context.surprise(5);
            assertThat(surprise).isNotNegative();
        }
        assertThat(surprise).isLessThan(1e-3);
        // never seen in four contexts seen 65,535 times each: p = 0.1 · (1.5 / 65,536.5)⁴, smoothed by a half
        assertThat(context.surprise(6)).isCloseTo(0.5 * (Math.log(10) + 4 * Math.log(65_536.5 / 1.5)), within(1e-3));
    }
}
