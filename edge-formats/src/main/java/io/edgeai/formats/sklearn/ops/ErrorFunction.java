package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Emitter;

/**
 * erf in double precision, which ONNX Runtime has in float only: the rational approximations of W. J. Cody, "Rational
 * Chebyshev approximations for the error function", Mathematics of Computation 23 (1969). Stateless.
 */
final class ErrorFunction {
    /** Up to here erf is an odd rational function. */
    private static final double SMALL = 0.46875;
    /** From here on it is 1 in double precision. */
    private static final double LARGE = 6;

    private static final double[] A = {
        0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694
    };
    private static final double[] B = {1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171
    };
    private static final double[] C = {
        2.1531153547440383e-08,
        0.5641884969886701,
        8.883149794388377,
        66.11919063714163,
        298.6351381974001,
        881.952221241769,
        1712.0476126340707,
        2051.0783778260716,
        1230.3393547979972
    };
    private static final double[] D = {
        1,
        15.744926110709835,
        117.6939508913125,
        537.1811018620099,
        1621.3895745666903,
        3290.7992357334597,
        4362.619090143247,
        3439.3676741437216,
        1230.3393548037495
    };

    private ErrorFunction() {}

    /** Of each value. */
    static String of(Emitter out, String x) {
        String size = out.op("Abs", x);
        String square = out.square(x);
        String small = out.mul(x, out.div(polynomial(out, square, A), polynomial(out, square, B)));
        String y = out.op("Min", size, out.scalar(LARGE));
        String rest = out.mul(
                out.op("Exp", out.op("Neg", out.square(y))), out.div(polynomial(out, y, C), polynomial(out, y, D)));
        String large = out.mul(out.op("Sign", x), out.sub(out.scalar(1), rest));
        return out.where(out.op("LessOrEqual", size, out.scalar(SMALL)), small, large);
    }

    /** By Horner's rule, the highest power's coefficient first. */
    private static String polynomial(Emitter out, String x, double[] coefficients) {
        String sum = out.plus(out.scale(x, coefficients[0]), coefficients[1]);
        for (int i = 2; i < coefficients.length; i++) {
            sum = out.plus(out.mul(sum, x), coefficients[i]);
        }
        return sum;
    }
}
