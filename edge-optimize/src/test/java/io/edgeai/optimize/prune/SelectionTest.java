package io.edgeai.optimize.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.onnx.OnnxGraph;
import io.edgeai.optimize.prune.channels.ChannelGroup;
import io.edgeai.optimize.prune.channels.ChannelMap;
import io.edgeai.optimize.prune.channels.Widths;
import io.edgeai.optimize.prune.solve.Ranking;
import io.edgeai.optimize.testing.GraphBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which channels are chosen, against every choice there is. */
class SelectionTest {
    /** Three groups in a row: "a", "b" and "c". */
    private static ChannelMap map(int a, int b, int c) {
        GraphBuilder g = new GraphBuilder(13, 1).input("x", -1, 3, 4, 4);
        g.conv("a", "x", 3, a);
        g.conv("b", "a", a, b);
        g.conv("c", "b", b, c);
        g.conv("y", "c", c, 2);
        OnnxGraph graph = g.output("y").graph();
        return ChannelMap.of(graph);
    }

    private static Ranking ranking(ChannelGroup group, double... harms) {
        List<Double> damage = new ArrayList<>(List.of(0.0));
        double sum = 0;
        for (double harm : harms) {
            sum += harm;
            damage.add(sum);
        }
        return new Ranking(group, group.units(), damage);
    }

    /** Each channel costs at least as much as the one before. */
    private static List<Ranking> convex(ChannelMap map, Random random) {
        List<Ranking> rankings = new ArrayList<>();
        for (ChannelGroup group : map.groups()) {
            rankings.add(
                    ranking(group, random.doubles(group.width(), 0, 1).sorted().toArray()));
        }
        return rankings;
    }

    private static Selection selection(List<Ranking> rankings, Widths widths, int roundTo, double least) {
        return new Selection(rankings, widths, roundTo, least, 1, group -> false);
    }

    private static double harm(Selection selection) {
        return selection.damage(0) + selection.damage(1) + selection.damage(2);
    }

    @Test
    void noOtherChoiceOfAsManyChannelsDoesLessHarm() {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            ChannelMap map = map(2 + random.nextInt(6), 2 + random.nextInt(6), 2 + random.nextInt(6));
            List<Ranking> rankings = convex(map, random);
            Widths widths = map.widths();
            Selection selection = selection(rankings, widths, 1, 0);
            double share = 0.2 + 0.5 * random.nextDouble();
            selection.choose(PruneBudget.channels(share));
            int gone = selection.removed();
            double least = Double.POSITIVE_INFINITY;
            for (int a = 0; a < rankings.get(0).group().width(); a++) {
                for (int b = 0; b < rankings.get(1).group().width(); b++) {
                    int c = gone - a - b;
                    if (c >= 0 && c < rankings.get(2).group().width()) {
                        least = Math.min(
                                least,
                                rankings.get(0).damage().get(a)
                                        + rankings.get(1).damage().get(b)
                                        + rankings.get(2).damage().get(c));
                    }
                }
            }
            assertThat(gone).as("seed " + seed).isEqualTo(Math.round(share * map.units()));
            assertThat(harm(selection)).as("seed " + seed).isCloseTo(least, within(1e-12));
            assertThat(widths.removed().cardinality()).as("seed " + seed).isEqualTo(gone);
        }
    }

    @Test
    void aBudgetOfMacsStopsAtTheFirstStepThatMeetsIt() {
        for (long seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            ChannelMap map = map(8, 12, 10);
            double times = 1.2 + 2 * random.nextDouble();
            Widths widths = map.widths();
            Selection selection = selection(convex(map, random), widths, 1, 0);
            double before = widths.macs(1);
            selection.choose(PruneBudget.macs(times));
            assertThat(widths.macs(1)).as("seed " + seed).isLessThanOrEqualTo(before / times);
            double closest = 0;
            for (int unit : widths.removed().stream().toArray()) {
                widths.restore(unit);
                closest = Math.max(closest, widths.macs(1));
                widths.remove(unit);
            }
            assertThat(closest).as("seed " + seed).isGreaterThan(before / times);
        }
    }

    /** Of equal harm, what takes most elements goes first: the layers in the middle have the most. */
    @Test
    void aBudgetOfParametersTakesWhereMostAre() {
        ChannelMap map = map(4, 64, 4);
        List<Ranking> rankings = map.groups().stream()
                .map(group -> ranking(
                        group,
                        Collections.nCopies(group.width(), 1.0).stream()
                                .mapToDouble(each -> each)
                                .toArray()))
                .toList();
        Widths widths = map.widths();
        double before = widths.parameters();
        Selection selection = selection(rankings, widths, 1, 0);
        selection.choose(PruneBudget.parameters(1.02));
        assertThat(widths.parameters()).isLessThanOrEqualTo(before / 1.02);
        // a channel of "a" takes 9·(3 + 64) weights, one of "b" 9·(4 + 4), one of "c" 9·64 and what reads it
        assertThat(selection.damage(1)).isZero();
        assertThat(selection.removed()).isEqualTo(1);
    }

    @Test
    void whatIsWonDecidesNotTheHarmAlone() {
        ChannelMap map = map(4, 64, 4);
        List<Ranking> rankings = List.of(
                ranking(map.groups().get(0), 0.9, 0.9, 0.9, 0.9),
                ranking(
                        map.groups().get(1),
                        Collections.nCopies(64, 1.0).stream()
                                .mapToDouble(each -> each)
                                .toArray()),
                ranking(map.groups().get(2), 1.1, 1.1, 1.1, 1.1));
        Selection selection = selection(rankings, map.widths(), 1, 0);
        selection.choose(PruneBudget.macs(1.05));
        // a channel of "a" saves 9·(3 + 64) products a pixel, one of "b" 9·(4 + 4), one of "c" 9·(64 + 2)
        assertThat(selection.damage(0)).isEqualTo(0.9);
        assertThat(selection.damage(1)).isZero();
        assertThat(selection.damage(2)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"16, 0.5, 8, 8", "16, 0.3, 8, 8", "16, 0.2, 8, 16", "5, 0.5, 8, 5", "24, 0.5, 8, 16", "12, 0.5, 1, 6"})
    void theSameShareOfAGroupEndsOnAMultiple(int width, double share, int roundTo, int left) {
        ChannelMap map = map(width, 8, 8);
        Widths widths = map.widths();
        Selection selection = selection(convex(map, new Random(1)), widths, roundTo, 0);
        selection.choose(PruneBudget.everyGroup(share));
        long kept = map.groups().get(0).units().stream()
                .filter(unit -> !widths.removed().get(unit))
                .count();
        assertThat(kept).isEqualTo(left);
    }

    @Test
    void aShareThatStaysIsKeptWhateverIsAsked() {
        ChannelMap map = map(20, 20, 20);
        Widths widths = map.widths();
        Selection selection = selection(convex(map, new Random(1)), widths, 1, 0.5);
        selection.choose(PruneBudget.channels(0.9));
        assertThat(selection.removed()).isEqualTo(30);
        for (ChannelGroup group : map.groups()) {
            assertThat(group.units().stream().filter(unit -> !widths.removed().get(unit)))
                    .hasSize(10);
        }
    }

    @Test
    void theFirstOfEachRankingGoes() {
        ChannelMap map = map(6, 6, 6);
        List<Ranking> rankings = new ArrayList<>();
        for (ChannelGroup group : map.groups()) {
            List<Integer> order = new ArrayList<>(group.units());
            Collections.shuffle(order, new Random(group.units().get(0)));
            rankings.add(new Ranking(group, order, List.of(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)));
        }
        Widths widths = map.widths();
        selection(rankings, widths, 1, 0).choose(PruneBudget.widths(Map.of("a", 4, "c", 1)));
        assertThat(widths.removed().stream().boxed())
                .containsExactlyInAnyOrderElementsOf(concat(
                        rankings.get(0).order().subList(0, 2),
                        rankings.get(2).order().subList(0, 5)));
    }

    private static List<Integer> concat(List<Integer> a, List<Integer> b) {
        List<Integer> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    @Test
    void whatCannotBeMetSaysHowFarItGets() {
        ChannelMap map = map(4, 4, 4);
        assertThatThrownBy(() -> selection(convex(map, new Random(1)), map.widths(), 4, 0)
                        .choose(PruneBudget.macs(50)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("(50.0) times fewer MACs, only 1.0")
                .hasMessageContaining("Maybe");
        assertThatThrownBy(() -> selection(convex(map, new Random(1)), map.widths(), 1, 0)
                        .choose(PruneBudget.widths(Map.of("a", 2, "z", 1))))
                .hasMessageContaining("[z]")
                .hasMessageContaining("[a, b, c]");
    }
}
