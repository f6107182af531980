package io.edgeai.placement.solver;

import static io.edgeai.placement.solver.TwoSites.option;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Least cost and spread of replicas with a rule about sites. Sites have a node each where nothing else is said; use is cpu / 10. */
class SiteChoiceTest {
    private static final Offset<Double> TIGHT = within(1e-12);
    private static final double COLD = 0.001;

    private static PricedOptions priced(int replicas, Option... options) {
        Group group = new Group(replicas, 0, List.of(options), Group.Apart.NONE, List.of(), List.of());
        return new PricedOptions(group, option -> new double[] {option.cpuMillis() / 10.0});
    }

    private static double[] free(int nodes) {
        return new double[nodes];
    }

    @Test
    void replicasApartTakeTheCheapestSites() {
        SiteChoice choice = SiteChoice.apart(priced(2, option(0, 1, 5), option(2, 2, 5), option(1, 4, 5)), 3);
        double[] load = free(3);
        assertThat(choice.choose(free(3), COLD, load)).isEqualTo(1 + 2);
        assertThat(load).containsExactly(new double[] {0.5, 0, 0.5}, TIGHT);
    }

    /** The first site costs 1 + 8 · 0.5 = 5 now. */
    @Test
    void pricesOfNodesCount() {
        SiteChoice choice = SiteChoice.apart(priced(2, option(0, 1, 5), option(2, 2, 5), option(1, 4, 5)), 3);
        double[] load = free(3);
        assertThat(choice.choose(new double[] {8, 0, 0}, COLD, load)).isEqualTo(2 + 4);
        assertThat(load).containsExactly(new double[] {0, 0.5, 0.5}, TIGHT);
    }

    @Test
    void replicasThatSiteAreAlikeForSpreadEvenly() {
        SiteChoice choice =
                SiteChoice.apart(priced(2, option(0, 3, 4), option(1, 3, 4), option(2, 3, 4), option(3, 3, 4)), 4);
        double[] load = free(4);
        assertThat(choice.choose(free(4), 1, load)).isEqualTo(6);
        assertThat(load).containsExactly(new double[] {0.2, 0.2, 0.2, 0.2}, TIGHT);
    }

    /** Parts in the ratio e^0 : e^-ln 3, a third as much where it is dearer by ln 3 heats. */
    @Test
    void heatSaysHowMuchADearerSiteTakes() {
        SiteChoice choice =
                SiteChoice.together(List.of(priced(1, option(0, 0, 10), option(1, 2 * Math.log(3), 10))), 2);
        double[] load = free(2);
        assertThat(choice.choose(free(2), 2, load)).isZero();
        assertThat(load).containsExactly(new double[] {0.75, 0.25}, TIGHT);
    }

    /** Ratio 9 : 1 : 1 of two replicas would be 18/11 on the first site: it takes 1, the others share the rest. */
    @Test
    void noSiteTakesMoreThanOneOfThoseApart() {
        SiteChoice choice = SiteChoice.apart(
                priced(2, option(0, 0, 10), option(1, Math.log(9), 10), option(2, Math.log(9), 10)), 3);
        double[] load = free(3);
        assertThat(choice.choose(free(3), 1, load)).isCloseTo(Math.log(9), TIGHT);
        assertThat(load).containsExactly(new double[] {1, 0.5, 0.5}, TIGHT);
    }

    @Test
    void withinASiteTheCheapestNodeCountsAndEqualOnesShare() {
        Option left = new Option(0, 0, 0, 2, 10, 0, 0, -1, 0, 0);
        Option right = new Option(1, 0, 0, 2, 10, 0, 0, -1, 0, 0);
        Option dear = new Option(2, 0, 0, 9, 10, 0, 0, -1, 0, 0);
        double[] load = free(3);
        assertThat(SiteChoice.apart(priced(1, left, right, dear), 1).choose(free(3), COLD, load))
                .isEqualTo(2);
        assertThat(load).containsExactly(new double[] {0.5, 0.5, 0}, TIGHT);
    }

    /** 2 · 1 + 5 on site 0, 2 · 2 + 1 on site 1. */
    @Test
    void groupsTogetherTakeTheSiteThatIsCheapestForAllTheirReplicas() {
        SiteChoice choice = SiteChoice.together(
                List.of(priced(2, option(0, 1, 3), option(1, 2, 3)), priced(1, option(1, 1, 1), option(0, 5, 1))), 2);
        double[] load = free(2);
        assertThat(choice.choose(free(2), COLD, load)).isEqualTo(5);
        assertThat(load).containsExactly(new double[] {0, 2 * 0.3 + 0.1}, TIGHT);
    }

    @Test
    void loadIsAddedToWhatOthersTook() {
        double[] load = {0.25, 0.5};
        SiteChoice.apart(priced(2, option(0, 1, 5), option(1, 1, 5)), 2).choose(free(2), 1, load);
        assertThat(load).containsExactly(new double[] {0.75, 1}, TIGHT);
    }

    @Test
    void whatCannotStandAnywhereCostsInfinitelyMuchAndTakesNothing() {
        double[] load = free(3);
        SiteChoice fewSites = SiteChoice.apart(priced(3, option(0, 1, 1), option(1, 1, 1)), 3);
        SiteChoice moreThanSites = SiteChoice.apart(priced(4, option(0, 1, 1)), 3);
        SiteChoice noCommonSite =
                SiteChoice.together(List.of(priced(1, option(0, 1, 1)), priced(1, option(1, 1, 1))), 3);
        assertThat(List.of(fewSites, moreThanSites, noCommonSite))
                .allMatch(choice -> choice.choose(free(3), 1, load) == Double.POSITIVE_INFINITY);
        assertThat(load).containsOnly(0);
    }
}
