package io.edgeai.monitor.anomaly.spi;

/** How far a value is from what is usual. */
@FunctionalInterface
public interface Residual {
    /** 0 where the value is as expected; the sign tells above from below. Where it is not finite, the difference counts. */
    double of(double value, double expected);

    /** The difference. */
    static Residual difference() {
        return (value, expected) -> value - expected;
    }

    /** The logarithm of the ratio, for positive figures that vary in proportion to their size. */
    static Residual logRatio() {
        return (value, expected) -> Math.log(value / expected);
    }
}
