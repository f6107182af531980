package io.edgeai.monitor.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyBinsTest {
    @Test
    void binsTileTheRangeWithoutHoleOrOverlap() {
        long expected = 0;
        for (int bin = 0; bin < LatencyBins.COUNT; bin++) {
            assertThat(LatencyBins.lower(bin)).as("lower edge of bin %s", bin).isEqualTo(expected);
            expected += LatencyBins.width(bin);
        }
        assertThat(expected).isEqualTo(1L << 42);
    }

    @Test
    void bothEdgesOfEveryBinFallIntoIt() {
        for (int bin = 0; bin < LatencyBins.COUNT; bin++) {
            assertThat(LatencyBins.indexOf(LatencyBins.lower(bin))).isEqualTo(bin);
            assertThat(LatencyBins.indexOf(LatencyBins.lower(bin) + LatencyBins.width(bin) - 1))
                    .isEqualTo(bin);
        }
    }

    @Test
    void noBinIsWiderThanOneHundredTwentyEighthOfItsLowerEdge() {
        for (int bin = 128; bin < LatencyBins.COUNT; bin++) {
            assertThat(LatencyBins.width(bin) * 128).isLessThanOrEqualTo(LatencyBins.lower(bin));
        }
    }

    @Test
    void negativeLatenciesCountAsZeroAndEndlessOnesInTheLastBin() {
        assertThat(LatencyBins.indexOf(-5)).isZero();
        assertThat(LatencyBins.indexOf(Long.MIN_VALUE)).isZero();
        assertThat(LatencyBins.indexOf(Long.MAX_VALUE)).isEqualTo(LatencyBins.COUNT - 1);
    }
}
