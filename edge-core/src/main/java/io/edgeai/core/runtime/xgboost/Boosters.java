package io.edgeai.core.runtime.xgboost;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.format.XgboostStructure;
import io.edgeai.core.model.ModelFormat;
import io.edgeai.core.runtime.SessionOptions;
import io.edgeai.core.runtime.adapter.ModelBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Loads models into XGBoost. Loaded only once the engine is really used. */
final class Boosters {
    private static final String ABOUT = "/META-INF/maven/ml.dmlc/xgboost4j_2.12/pom.properties";
    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

    private Boosters() {}

    /** The library's version, once its natives are loaded. */
    static String version() {
        try {
            new DMatrix(new float[1], 1, 1, Float.NaN).dispose();
        } catch (XGBoostError e) {
            throw new IllegalStateException(e);
        }
        Properties about = new Properties();
        try (InputStream in = Booster.class.getResourceAsStream(ABOUT)) {
            if (in != null) {
                about.load(in);
            }
        } catch (IOException e) {
            return "unknown version";
        }
        return about.getProperty("version", "unknown version");
    }

    static BoosterModel load(Path model, SessionOptions options) {
        byte[] bytes = ModelBytes.read(model, ModelFormat.XGBOOST);
        requireNotNewer(model, XgboostStructure.requireSound(model), version());
        Booster booster;
        try {
            booster = XGBoost.loadModel(compactStart(bytes));
        } catch (XGBoostError | IOException e) {
            throw refused(model, e);
        }
        try {
            booster.setParam("nthread", options.intraOpThreads());
            for (Map.Entry<String, String> option : options.engineOptions().entrySet()) {
                set(booster, option);
            }
            return new BoosterModel(booster);
        } catch (XGBoostError e) {
            booster.dispose();
            throw refused(model, e);
        } catch (RuntimeException e) {
            booster.dispose();
            throw e;
        }
    }

    static void requireNotNewer(Path model, String written, String library) {
        int[] theirs = majorAndMinor(written);
        int[] ours = majorAndMinor(library);
        if (theirs[0] > ours[0] || theirs[0] == ours[0] && theirs[1] > ours[1]) {
            throw new ModelFormatException("Model (" + model + ") was written by XGBoost (" + written
                    + "), and XGBoost " + library + " misreads files of later versions. Maybe add"
                    + " io.edgeai:edge-formats, which runs and converts them.");
        }
    }

    private static int[] majorAndMinor(String version) {
        Matcher numbers = VERSION.matcher(version);
        return numbers.lookingAt()
                ? new int[] {Integer.parseInt(numbers.group(1)), Integer.parseInt(numbers.group(2))}
                : new int[2];
    }

    private static void set(Booster booster, Map.Entry<String, String> option) {
        try {
            booster.setParam(option.getKey(), option.getValue());
        } catch (XGBoostError e) {
            throw new InvalidInputException(
                    "XGBoost refuses the engine option (" + option + "): " + reason(e)
                            + ". Maybe look it up among XGBoost's parameters.",
                    e);
        }
    }

    /** XGBoost tells JSON by a brace and a quote at the very start; indented files and byte order marks are moved up to that. */
    private static byte[] compactStart(byte[] model) {
        int brace = skip(model, 0);
        if (brace == model.length || model[brace] != '{') {
            return model;
        }
        int key = skip(model, brace + 1);
        if (key == model.length || model[key] != '"' || key == 1) {
            return model;
        }
        byte[] moved = Arrays.copyOfRange(model, key - 1, model.length);
        moved[0] = '{';
        return moved;
    }

    private static int skip(byte[] model, int from) {
        int at = from;
        while (at < model.length && " \t\r\n\u00ef\u00bb\u00bf".indexOf(model[at] & 0xff) >= 0) {
            at++;
        }
        return at;
    }

    private static ModelFormatException refused(Path model, Exception e) {
        return new ModelFormatException(
                "XGBoost refuses the model (" + model + "): " + reason(e)
                        + ". Maybe the file is damaged, or of a newer version.",
                e);
    }

    /** The first line without the time and source file that XGBoost puts before it. */
    static String reason(Exception e) {
        String line = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
        return line.replaceFirst("^\\[[0-9:]+\\] \\S+: ", "");
    }
}
