package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Emitter;

/**
 * The inverse of the standard normal distribution function, by the rational approximations of Cephes' {@code ndtri}
 * (relative error below 1e-15), which scipy uses.
 */
final class NormalQuantile {
    private static final double CENTRAL = 0.1353352832366127;
    private static final double[] P0 = {
        -59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968, -1.2391658386738125
    };
    private static final double[] Q0 = {
        1,
        1.9544885833814176,
        4.676279128988815,
        86.36024213908905,
        -225.46268785411937,
        200.26021238006066,
        -82.03722561683334,
        15.90562251262117,
        -1.1833162112133
    };
    private static final double[] P1 = {
        4.0554489230596245,
        31.525109459989388,
        57.16281922464213,
        44.08050738932008,
        14.684956192885803,
        2.1866330685079025,
        -0.1402560791713545,
        -0.03504246268278482,
        -0.0008574567851546854
    };
    private static final double[] Q1 = {
        1,
        15.779988325646675,
        45.39076351288792,
        41.3172038254672,
        15.04253856929075,
        2.504649462083094,
        -0.14218292285478779,
        -0.03808064076915783,
        -0.0009332594808954574
    };
    private static final double[] P2 = {
        3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755,
        0.20148538954917908, 0.012371663481782003, 0.00030158155350823543, 2.6580697468673755E-06,
        6.239745391849833E-09
    };
    private static final double[] Q2 = {
        1,
        6.02427039364742,
        3.6798356385616087,
        1.3770209948908132,
        0.21623699359449663,
        0.013420400608854318,
        0.00032801446468212774,
        2.8924786474538068E-06,
        6.790194080099813E-09
    };

    private NormalQuantile() {}

    /** Quantiles of probabilities, which are bounded to {@code margin} from 0 and 1 first. */
    static String emit(Emitter out, String probability, double margin) {
        String p = out.clip(probability, margin, 1 - margin);
        String upper = out.op("Greater", p, out.scalar(1 - CENTRAL));
        String y = out.where(upper, out.sub(out.scalar(1), p), p);
        String middle = middle(out, y);
        String tail = tail(out, y);
        String outside = out.where(upper, tail, out.op("Neg", tail));
        return out.where(out.op("Greater", y, out.scalar(CENTRAL)), middle, outside);
    }

    private static String middle(Emitter out, String y) {
        String centered = out.plus(y, -0.5);
        String square = out.square(centered);
        String ratio = out.div(out.mul(square, polynomial(out, square, P0)), polynomial(out, square, Q0));
        return out.scale(out.add(centered, out.mul(centered, ratio)), 2.5066282746310007);
    }

    private static String tail(Emitter out, String y) {
        String x = out.op("Sqrt", out.scale(out.op("Log", y), -2));
        String first = out.sub(x, out.div(out.op("Log", x), x));
        String z = out.div(out.scalar(1), x);
        String near = out.div(out.mul(z, polynomial(out, z, P1)), polynomial(out, z, Q1));
        String far = out.div(out.mul(z, polynomial(out, z, P2)), polynomial(out, z, Q2));
        return out.sub(first, out.where(out.op("Less", x, out.scalar(8)), near, far));
    }

    private static String polynomial(Emitter out, String x, double[] coefficients) {
        String value = out.scalar(coefficients[0]);
        for (int i = 1; i < coefficients.length; i++) {
            value = out.plus(out.mul(value, x), coefficients[i]);
        }
        return value;
    }
}
