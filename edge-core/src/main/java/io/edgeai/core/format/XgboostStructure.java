package io.edgeai.core.format;

import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.model.ModelFormat;
import java.nio.file.Path;

/** Looks through an XGBoost model for what would lead a parser that trusts its file out of bounds, or round in circles. */
public final class XgboostStructure {
    private XgboostStructure() {}

    /**
     * Reads the whole file once.
     *
     * @return the version of XGBoost that wrote it, empty where it does not say
     * @throws ModelFormatException where it is no XGBoost model, is damaged, or a tree of it points to what is not there
     */
    public static String requireSound(Path model) {
        Detected detected = ModelFormatDetector.detected(model);
        if (detected.format() != ModelFormat.XGBOOST) {
            throw new ModelFormatException("Model (" + model + ") is of format ("
                    + detected.format().displayName()
                    + "), not XGBoost. Maybe let Engines.forFormat choose the engine.");
        }
        Findings findings = new Findings(detected, 0);
        TreeIndexes indexes = new TreeIndexes();
        String problem;
        try (FileView file = FileView.open(model)) {
            problem = XgboostInspection.inspect(file, findings, indexes);
        }
        if (!problem.isEmpty()) {
            throw new ModelFormatException("Model (" + model + ") is damaged: " + problem + ". Maybe fetch it again.");
        }
        return findings.formatVersion();
    }
}
