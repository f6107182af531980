package io.edgeai.samples.report;

import io.edgeai.core.error.InvalidInputException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Places on a plane with links between them; a chosen place has a ring. Positions may be degrees or anything else. */
public final class SiteMap implements Chart {
    private final Map<String, Site> sites = new LinkedHashMap<>();
    private final List<Link> links = new ArrayList<>();

    private SiteMap() {}

    public static SiteMap create() {
        return new SiteMap();
    }

    /**
     * Adds a place.
     *
     * @param kind decides its colour and stands in the legend
     * @param x position to the right, e.g. longitude
     * @param y position upwards, e.g. latitude
     * @param chosen whether it is emphasised
     */
    public SiteMap site(String name, String kind, double x, double y, boolean chosen) {
        if (!Double.isFinite(x) || !Double.isFinite(y)) {
            throw new InvalidInputException("Site (" + name + ") has no position: (" + x + ", " + y + ").");
        }
        sites.put(name, new Site(kind, x, y, chosen));
        return this;
    }

    /** Adds a link between two places that are there, with a text such as its latency, which may be empty. */
    public SiteMap link(String from, String to, String text) {
        for (String end : List.of(from, to)) {
            if (!sites.containsKey(end)) {
                throw new InvalidInputException(
                        "Link from (" + from + ") to (" + to + ") needs site (" + end + "). Maybe add the site first.");
            }
        }
        links.add(new Link(from, to, text));
        return this;
    }

    @Override
    public String svg(String label) {
        Svg svg = new Svg(Frame.WIDTH, 420);
        List<String> kinds = new ArrayList<>(
                new LinkedHashSet<>(sites.values().stream().map(Site::kind).toList()));
        double above = svg.legend(8, 16, kinds) + 14;
        double[] x = padded(LineChart.range(sites.values().stream().mapToDouble(Site::x)));
        double[] y = padded(LineChart.range(sites.values().stream().mapToDouble(Site::y)));
        Axis ax = new Axis(x[0], x[1], 1, 30, svg.width() - 30);
        Axis ay = new Axis(y[0], y[1], 1, svg.height() - 24, above);
        svg.rect(1, above - 14, svg.width() - 2, svg.height() - above + 12, 8, "plane", "");
        for (Link link : links) {
            Site from = site(link.from);
            Site to = site(link.to);
            svg.line(ax.at(from.x), ay.at(from.y), ax.at(to.x), ay.at(to.y), "link");
            if (!link.text.isEmpty()) {
                svg.text(
                        (ax.at(from.x) + ax.at(to.x)) / 2,
                        (ay.at(from.y) + ay.at(to.y)) / 2 - 4,
                        "middle",
                        "n soft",
                        link.text);
            }
        }
        sites.forEach((name, site) -> {
            double px = ax.at(site.x);
            double py = ay.at(site.y);
            if (site.chosen) {
                svg.circle(px, py, 12, "ring", "");
            }
            svg.circle(px, py, 7, "dot c" + kinds.indexOf(site.kind) % 8, name + " (" + site.kind + ")");
            boolean right = px + 14 + Svg.textWidth(name, 12) < svg.width();
            svg.text(px + (right ? 15 : -15), py + 4, right ? "start" : "end", site.chosen ? "b ink" : "n ink", name);
        });
        return svg.render(label);
    }

    private Site site(String name) {
        Site site = sites.get(name);
        if (site == null) {
            throw new InvalidInputException("There is no site (" + name + ").");
        }
        return site;
    }

    private static double[] padded(double[] range) {
        double room = range[1] - range[0] > 0 ? (range[1] - range[0]) * 0.08 : Math.max(1, Math.abs(range[0]) * 0.08);
        return Double.isFinite(range[0]) ? new double[] {range[0] - room, range[1] + room} : new double[] {0, 1};
    }

    private record Site(String kind, double x, double y, boolean chosen) {}

    private record Link(String from, String to, String text) {}
}
