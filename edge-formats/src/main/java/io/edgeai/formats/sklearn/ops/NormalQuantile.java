package io.edgeai.formats.sklearn.ops;

import io.edgeai.formats.sklearn.graph.Emitter;

/**
 * The inverse of the standard normal distribution function, by the rational approximations of Cephes' {@code ndtri}
 * (relative error below 1e-15), which scipy uses.
 */
final class NormalQuantile {
    private static final double CENTRAL = 0.13533528323661269189;
    private static final double[] P0 = {
        -5.99633501014107895267E1, 9.80010754185999661536E1, -5.66762857469070293439E1, 1.39312609387279679503E1,
        -1.23916583867381258016E0
    };
    private static final double[] Q0 = {
        1, 1.95448858338141759834E0, 4.67627912898881538453E0, 8.63602421390890590575E1, -2.25462687854119370527E2,
        2.00260212380060660359E2, -8.20372256168333339912E1, 1.59056225126211695515E1, -1.18331621121330003142E0
    };
    private static final double[] P1 = {
        4.05544892305962419923E0, 3.15251094599893866154E1, 5.71628192246421288162E1, 4.40805073893200834700E1,
        1.46849561928858024014E1, 2.18663306850790267539E0, -1.40256079171354495875E-1, -3.50424626827848203418E-2,
        -8.57456785154685413611E-4
    };
    private static final double[] Q1 = {
        1, 1.57799883256466749731E1, 4.53907635128879210584E1, 4.13172038254672030440E1, 1.50425385692907503408E1,
        2.50464946208309415979E0, -1.42182922854787788574E-1, -3.80806407691578277194E-2, -9.33259480895457427372E-4
    };
    private static final double[] P2 = {
        3.23774891776946035970E0, 6.91522889068984211695E0, 3.93881025292474443415E0, 1.33303460815807542389E0,
        2.01485389549179081538E-1, 1.23716634817820021358E-2, 3.01581553508235416007E-4, 2.65806974686737550832E-6,
        6.23974539184983293730E-9
    };
    private static final double[] Q2 = {
        1, 6.02427039364742014255E0, 3.67983563856160859403E0, 1.37702099489081330271E0, 2.16236993594496635890E-1,
        1.34204006088543189037E-2, 3.28014464682127739104E-4, 2.89247864745380683936E-6, 6.79019408009981274425E-9
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
        return out.scale(out.add(centered, out.mul(centered, ratio)), 2.50662827463100050242);
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
