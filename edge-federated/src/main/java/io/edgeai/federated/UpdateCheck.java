package io.edgeai.federated;

import java.util.HashSet;
import java.util.Set;

/** What makes an update unusable, in words. One for each round; used by one thread. */
final class UpdateCheck {
    private final Broadcast broadcast;
    private final double maximumNorm;
    private final Set<Long> ids = new HashSet<>();

    UpdateCheck(Broadcast broadcast, double maximumNorm) {
        this.broadcast = broadcast;
        this.maximumNorm = maximumNorm;
    }

    /** Empty for an update that counts; its id does not count again. */
    String problem(Update update) {
        float[] start = broadcast.parameters();
        float[] values = update.parameters();
        if (values.length != start.length) {
            return "its update has (" + values.length + ") parameters, not " + start.length;
        }
        String problem = notFinite("parameter", values);
        float[] control = update.control();
        if (problem.isEmpty() && control != null) {
            problem = control.length == start.length
                    ? notFinite("control value", control)
                    : "its update has (" + control.length + ") control values, not " + start.length;
        }
        if (problem.isEmpty() && update.samples() < 1) {
            problem = "its update counts (" + update.samples() + ") samples, not at least 1";
        }
        if (problem.isEmpty() && update.version() != 0 && update.version() != broadcast.version()) {
            problem = "its update belongs to model version (" + Long.toHexString(update.version()) + "), not "
                    + Long.toHexString(broadcast.version());
        }
        if (problem.isEmpty() && maximumNorm < Double.POSITIVE_INFINITY) {
            double norm = distance(start, values);
            problem = norm <= maximumNorm ? "" : "its change has norm (" + norm + "), over " + maximumNorm;
        }
        if (problem.isEmpty() && update.id() != 0 && !ids.add(update.id())) {
            problem = "update id (" + Long.toHexString(update.id()) + ") has counted already";
        }
        return problem;
    }

    private static String notFinite(String what, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                return what + " " + i + " of its update is (" + values[i] + ")";
            }
        }
        return "";
    }

    private static double distance(float[] from, float[] to) {
        double sum = 0;
        for (int i = 0; i < from.length; i++) {
            double d = (double) to[i] - from[i];
            sum += d * d;
        }
        return Math.sqrt(sum);
    }
}
