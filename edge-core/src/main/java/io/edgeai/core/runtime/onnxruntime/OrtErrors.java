package io.edgeai.core.runtime.onnxruntime;

import ai.onnxruntime.OrtException;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.InferenceException;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.ModelFormatException;
import io.edgeai.core.error.UnsupportedOperatorException;

/** The one place where ONNX Runtime's failures become ours. */
final class OrtErrors {
    private OrtErrors() {}

    /** @param provider the execution provider it is opened with, which may be what failed */
    static EdgeException loading(String what, String provider, OrtException e) {
        String reason = firstLine(e);
        if (ProviderErrors.isOf(provider, what, e)) {
            return ProviderErrors.opening(what, provider, e);
        }
        return switch (e.getCode()) {
            case ORT_NOT_IMPLEMENTED ->
                new UnsupportedOperatorException(
                        "Model (" + what + ") uses an operator ONNX Runtime has no kernel for: " + reason
                                + ". Maybe convert the model to an older operator set or to FLOAT.",
                        e);
            case ORT_NO_SUCHFILE ->
                new ModelFormatException("Model (" + what + ") or a file beside it is missing: " + reason + ".", e);
            default ->
                new ModelFormatException(
                        "ONNX Runtime refuses the model (" + what + "): " + reason
                                + ". Maybe the file is damaged, or needs external data that is not beside it.",
                        e);
        };
    }

    static EdgeException running(OrtException e) {
        String reason = firstLine(e);
        return e.getCode() == OrtException.OrtErrorCode.ORT_INVALID_ARGUMENT
                ? new InvalidInputException(
                        "ONNX Runtime refuses the input: " + reason
                                + ". Maybe compare it with the model's signature().",
                        e)
                : new InferenceException("ONNX Runtime failed while running the model: " + reason + ".", e);
    }

    private static String firstLine(OrtException e) {
        return brief(String.valueOf(e.getMessage()));
    }

    /** The first line of a message, at most 400 characters. */
    static String brief(String message) {
        int end = message.indexOf('\n');
        String line = end < 0 ? message : message.substring(0, end);
        return line.length() <= 400 ? line : line.substring(0, 400) + "…";
    }
}
