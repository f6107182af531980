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
        1.85777706184603153e-1,
        3.16112374387056560e00,
        1.13864154151050156e02,
        3.77485237685302021e02,
        3.20937758913846947e03
    };
    private static final double[] B = {
        1, 2.36012909523441209e01, 2.44024637934444173e02, 1.28261652607737228e03, 2.84423683343917062e03
    };
    private static final double[] C = {
        2.15311535474403846e-8,
        5.64188496988670089e-1,
        8.88314979438837594e0,
        6.61191906371416295e01,
        2.98635138197400131e02,
        8.81952221241769090e02,
        1.71204761263407058e03,
        2.05107837782607147e03,
        1.23033935479799725e03
    };
    private static final double[] D = {
        1,
        1.57449261107098347e01,
        1.17693950891312499e02,
        5.37181101862009858e02,
        1.62138957456669019e03,
        3.29079923573345963e03,
        4.36261909014324716e03,
        3.43936767414372164e03,
        1.23033935480374942e03
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
