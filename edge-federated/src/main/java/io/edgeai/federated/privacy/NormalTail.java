package io.edgeai.federated.privacy;

import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.Erfcx;

/** Tails of the standard normal distribution, accurate relative to their own size. */
final class NormalTail {
    private static final double ROOT_HALF = Math.sqrt(0.5);

    private NormalTail() {}

    /** P(Z &gt; z). */
    static double above(double z) {
        return Erfc.value(z * ROOT_HALF) / 2;
    }

    /** ln P(Z &gt; z), also where the probability itself would underflow. */
    static double logAbove(double z) {
        return z < 5 ? Math.log(above(z)) : Math.log(Erfcx.value(z * ROOT_HALF) / 2) - z * z / 2;
    }

    /** P(from &lt; Z &lt; to), from the tail that both ends are nearer to. */
    static double between(double from, double to) {
        return from + to > 0 ? above(from) - above(to) : above(-to) - above(-from);
    }
}
