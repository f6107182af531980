package io.edgeai.server;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.model.VersionRef;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a method and a path ask for.
 *
 * @param action what to do
 * @param model the model's name; empty where none is meant
 * @param version its version, where one is named
 */
record Route(Action action, String model, Optional<VersionRef> version) {
    private static final int LONGEST_VERSION = 9;
    /** As careful clients write it in a path. */
    private static final Pattern COLON = Pattern.compile("%3A", Pattern.CASE_INSENSITIVE);

    /** What the server can do, and by which method. */
    enum Action {
        LIVE("GET"),
        READY("GET"),
        SERVER("GET"),
        METRICS("GET"),
        MODEL("GET"),
        MODEL_READY("GET"),
        INFER("POST"),
        INDEX("POST"),
        LOAD("POST"),
        UNLOAD("POST"),
        EXPERIMENT("GET"),
        EXPERIMENT_START("POST"),
        EXPERIMENT_OUTCOME("POST"),
        EXPERIMENT_STOP("POST"),
        EXPERIMENT_DECIDE("POST"),
        BANDIT("GET"),
        BANDIT_START("POST"),
        BANDIT_REWARD("POST"),
        BANDIT_STOP("POST"),
        BANDIT_DECIDE("POST");

        private final String method;

        Action(String method) {
            this.method = method;
        }
    }

    /** @throws Refusal with 404 for an unknown path, 405 for another method */
    static Route of(String method, String path) {
        Route route = find(path.split("/", -1));
        if (route == null) {
            throw new Refusal(404, "There is nothing at (" + shortened(path) + "). Maybe see GET /v2.");
        }
        String wanted = route.action.method;
        if (!method.equals(wanted) && !(method.equals("HEAD") && wanted.equals("GET"))) {
            throw new Refusal(
                    405,
                    "Method (" + shortened(method) + ") does nothing at (" + shortened(path) + "). Maybe use " + wanted
                            + ".",
                    Map.of("Allow", wanted));
        }
        return route;
    }

    private static @Nullable Route find(String[] parts) {
        // parts[0] is what lies before the first slash
        int length = parts.length;
        if (length > 2 && parts[length - 1].isEmpty()) {
            length--;
        }
        if (length < 2) {
            return null;
        }
        String first = parts[1];
        if (length == 2) {
            return switch (first) {
                case "v2" -> plain(Action.SERVER);
                case "metrics" -> plain(Action.METRICS);
                default -> null;
            };
        }
        if (!first.equals("v2")) {
            return null;
        }
        return switch (parts[2]) {
            case "health" -> length == 4 ? health(parts[3]) : null;
            case "models" -> length == 3 ? null : model(parts, length);
            case "repository" -> repository(parts, length);
            default -> null;
        };
    }

    private static @Nullable Route health(String which) {
        return switch (which) {
            case "live" -> plain(Action.LIVE);
            case "ready" -> plain(Action.READY);
            default -> null;
        };
    }

    private static @Nullable Route model(String[] parts, int length) {
        String model = name(parts[3]);
        if (length > 4 && parts[4].equals("experiment")) {
            return experiment(model, parts, length);
        }
        if (length > 4 && parts[4].equals("bandit")) {
            return bandit(model, parts, length);
        }
        int next = 4;
        Optional<VersionRef> version = Optional.empty();
        if (length > 5 && parts[4].equals("versions")) {
            version = Optional.of(version(model, parts[5]));
            next = 6;
        }
        if (length == next) {
            return new Route(Action.MODEL, model, version);
        }
        if (length > next + 1) {
            return null;
        }
        return switch (parts[next]) {
            case "ready" -> new Route(Action.MODEL_READY, model, version);
            case "infer" -> new Route(Action.INFER, model, version);
            default -> null;
        };
    }

    private static @Nullable Route experiment(String model, String[] parts, int length) {
        if (length == 5) {
            return new Route(Action.EXPERIMENT, model, Optional.empty());
        }
        if (length != 6) {
            return null;
        }
        return switch (parts[5]) {
            case "start" -> new Route(Action.EXPERIMENT_START, model, Optional.empty());
            case "outcome" -> new Route(Action.EXPERIMENT_OUTCOME, model, Optional.empty());
            case "stop" -> new Route(Action.EXPERIMENT_STOP, model, Optional.empty());
            case "decide" -> new Route(Action.EXPERIMENT_DECIDE, model, Optional.empty());
            default -> null;
        };
    }

    private static @Nullable Route bandit(String model, String[] parts, int length) {
        if (length == 5) {
            return new Route(Action.BANDIT, model, Optional.empty());
        }
        if (length != 6) {
            return null;
        }
        return switch (parts[5]) {
            case "start" -> new Route(Action.BANDIT_START, model, Optional.empty());
            case "reward" -> new Route(Action.BANDIT_REWARD, model, Optional.empty());
            case "stop" -> new Route(Action.BANDIT_STOP, model, Optional.empty());
            case "decide" -> new Route(Action.BANDIT_DECIDE, model, Optional.empty());
            default -> null;
        };
    }

    private static @Nullable Route repository(String[] parts, int length) {
        if (length == 4 && parts[3].equals("index")) {
            return plain(Action.INDEX);
        }
        if (length != 6 || !parts[3].equals("models")) {
            return null;
        }
        return switch (parts[5]) {
            case "load" -> new Route(Action.LOAD, name(parts[4]), Optional.empty());
            case "unload" -> new Route(Action.UNLOAD, name(parts[4]), Optional.empty());
            default -> null;
        };
    }

    private static Route plain(Action action) {
        return new Route(action, "", Optional.empty());
    }

    /** A name that no model can have is a model that is not there. */
    static String name(String part) {
        try {
            return ServedName.parse(COLON.matcher(part).replaceAll(":")).toString();
        } catch (InvalidInputException e) {
            throw new Refusal(404, e.getMessage() == null ? "No such model." : e.getMessage());
        }
    }

    /** @throws Refusal with 404 where it is no number that a version can have */
    static VersionRef version(String model, String text) {
        if (model.indexOf(':') >= 0) {
            throw new Refusal(
                    404,
                    "An alias (" + model + ") answers with the version that it points at. Maybe ask for the version"
                            + " of the model itself.");
        }
        boolean number = text.length() <= LONGEST_VERSION && text.matches("[1-9][0-9]*");
        if (!number) {
            throw new Refusal(
                    404,
                    "Version (" + shortened(text) + ") of model (" + model
                            + ") is not here. Maybe use a number from POST /v2/repository/index.");
        }
        return VersionRef.of(model, Integer.parseInt(text));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }
}
