package io.edgeai;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.placement.cost.CalibrationTimes;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What kinds of hardware were measured, one JSON file each in {@code <home>/estimators}. Not thread-safe. */
final class KeptCalibrations {
    private static final String FOLDER = "estimators";
    private static final String ENDING = ".json";
    private static final int LONGEST_NAME = 60;

    private final Path home;

    KeptCalibrations(Path home) {
        this.home = home;
    }

    private StateFile<CalibrationTimes> file(String hardware) {
        if (hardware.isBlank() || hardware.length() > LONGEST_NAME) {
            throw new InvalidInputException("Hardware (" + hardware + ") needs a name of 1 to " + LONGEST_NAME
                    + " characters. Maybe the one that the sites' nodes have.");
        }
        String name = URLEncoder.encode(hardware, StandardCharsets.UTF_8);
        return new StateFile<>(home, FOLDER, name, CalibrationTimes.class);
    }

    Optional<CalibrationTimes> read(String hardware) {
        return file(hardware).read();
    }

    void write(String hardware, CalibrationTimes times) {
        file(hardware).write(times);
    }

    List<String> hardware() {
        Path folder = home.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(ENDING))
                    .map(name -> URLDecoder.decode(
                            name.substring(0, name.length() - ENDING.length()), StandardCharsets.UTF_8))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new StorageException("Cannot list (" + folder + "). Maybe check its permissions.", e);
        }
    }
}
