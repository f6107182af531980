package io.edgeai.samples.report;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/** A matrix of numbers, each cell as strong in colour as its number; NaN cells stay empty. */
public final class HeatMap implements Chart {
    private final String titleRows;
    private final String titleColumns;
    private final List<String> columns;
    private final List<String> rows = new ArrayList<>();
    private final List<double[]> values = new ArrayList<>();

    private HeatMap(String titleRows, String titleColumns, List<String> columns) {
        this.titleRows = titleRows;
        this.titleColumns = titleColumns;
        this.columns = columns;
    }

    public static HeatMap of(String titleRows, String titleColumns, List<String> columns) {
        return new HeatMap(titleRows, titleColumns, List.copyOf(columns));
    }

    public HeatMap row(String name, double... cells) {
        if (cells.length != columns.size()) {
            throw new InvalidInputException(
                    "Row (" + name + ") has (" + cells.length + ") cells for " + columns.size() + " columns.");
        }
        rows.add(name);
        values.add(cells.clone());
        return this;
    }

    @Override
    public String svg(String label) {
        double widest =
                rows.stream().mapToDouble(row -> Svg.textWidth(row, 12.5)).max().orElse(10);
        double left = widest + 18 + (titleRows.isEmpty() ? 0 : 22);
        double cellWidth = Math.min(72, (Frame.WIDTH - left - 12) / Math.max(1, columns.size()));
        double cellHeight = Math.min(34, Math.max(22, cellWidth * 0.7));
        boolean turned = columns.stream().anyMatch(column -> Svg.textWidth(column, 12) > cellWidth - 4);
        double longest =
                columns.stream().mapToDouble(c -> Svg.textWidth(c, 12)).max().orElse(10);
        double top = (titleColumns.isEmpty() ? 6 : 26) + (turned ? longest + 8 : 20);
        Svg svg = new Svg(Frame.WIDTH, top + cellHeight * rows.size() + 10);
        double[] range = LineChart.range(values.stream().flatMapToDouble(java.util.Arrays::stream));
        double span = Math.max(1e-12, range[1] - Math.min(0, range[0]));
        for (int c = 0; c < columns.size(); c++) {
            double x = left + cellWidth * (c + 0.5);
            if (turned) {
                svg.upright(x + 4, top - 6 - Svg.textWidth(columns.get(c), 12) / 2, "t soft", columns.get(c));
            } else {
                svg.text(x, top - 7, "middle", "t soft", columns.get(c));
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            double y = top + cellHeight * r;
            svg.text(left - 10, y + cellHeight / 2 + 4, "end", "t soft", rows.get(r));
            for (int c = 0; c < columns.size(); c++) {
                double value = values.get(r)[c];
                if (Double.isNaN(value)) {
                    continue;
                }
                double share = (value - Math.min(0, range[0])) / span;
                double x = left + cellWidth * c;
                svg.rect(x + 1, y + 1, cellWidth - 2, cellHeight - 2, 3, "cell", "");
                svg.shade(
                        x + 1,
                        y + 1,
                        cellWidth - 2,
                        cellHeight - 2,
                        share,
                        "f c0",
                        rows.get(r) + ", " + columns.get(c) + ": " + Markup.number(value));
                if (cellWidth >= 30 && value != 0) {
                    svg.text(
                            x + cellWidth / 2,
                            y + cellHeight / 2 + 4,
                            "middle",
                            share > 0.55 ? "n onfill" : "n ink",
                            Markup.number(value));
                }
            }
        }
        if (!titleColumns.isEmpty()) {
            svg.text(left + cellWidth * columns.size() / 2, 16, "middle", "t soft", titleColumns);
        }
        if (!titleRows.isEmpty()) {
            svg.upright(14, top + cellHeight * rows.size() / 2, "t soft", titleRows);
        }
        return svg.render(label);
    }
}
