/** Stories with their features: HANNA's, rated by three people each, or the answers of the data set that is shipped. */

import { z } from "zod";
import { GuerdonError } from "../core/errors.ts";
import { mean } from "../core/statistics/describe.ts";
import { lexical } from "../language/lexical.ts";
import { type Matrix, matrix64 } from "../numerics/matrix.ts";
import { principalComponents, project } from "../numerics/principal-components.ts";

export interface Stories {
  /** Principal components, stories × dimensions; the first has unit variance. */
  readonly features: Matrix<Float64Array>;
  /** The prompt of every story. */
  readonly prompts: readonly string[];
  /** Every rater's mean over the criteria, raters × stories; empty where there are no raters. */
  readonly raters: readonly Float64Array[];
}

const hannaRows = z.array(
  z.object({
    story_prompt: z.number(),
    ratings: z.array(z.array(z.number())).length(3),
    metrics: z.record(z.string(), z.number()),
    judges: z.record(z.string(), z.array(z.array(z.number()))),
  }),
);

/** HANNA (Chhun et al., 2024): 72 automatic metrics and the scores of five model judges are the features. */
export function hannaStories(rows: readonly Record<string, unknown>[], dimensions: number): Stories {
  const stories = hannaRows.parse(rows);
  const values = stories.map(({ metrics, judges }) => [
    ...Object.keys(metrics)
      .sort()
      .map((name) => metrics[name]),
    ...Object.keys(judges)
      .sort()
      .flatMap((name) => judges[name].flat()),
  ]);
  return {
    features: components(matrixOf(values), dimensions),
    prompts: stories.map((story) => String(story.story_prompt)),
    raters: [0, 1, 2].map((rater) => Float64Array.from(stories, ({ ratings }) => mean(ratings[rater]))),
  };
}

const everydayRows = z.array(z.object({ prompt: z.string(), completions: z.array(z.object({ text: z.string() })) }));

/** The shipped answers, by lexical features. */
export async function everydayStories(rows: readonly Record<string, unknown>[], dimensions: number): Promise<Stories> {
  const answers = everydayRows
    .parse(rows)
    .flatMap(({ prompt, completions }) => completions.map(({ text }) => ({ prompt, text })));
  const encoded = await lexical({ dimension: 256 }).encode(answers.map(({ text }) => text));
  const wide = matrix64(encoded.rows, encoded.columns, Float64Array.from(encoded.data));
  return { features: components(wide, dimensions), prompts: answers.map(({ prompt }) => prompt), raters: [] };
}

/** Leading components, the first of unit variance. No label takes part, so all stories may. */
function components(x: Matrix<Float64Array>, dimensions: number): Matrix<Float64Array> {
  const found = principalComponents(x, dimensions);
  const { rows, columns, data } = project(x, found);
  return matrix64(
    rows,
    columns,
    data.map((value) => value / Math.sqrt(found.variances[0])),
  );
}

function matrixOf(values: readonly (readonly number[])[]): Matrix<Float64Array> {
  const columns = values[0]?.length ?? 0;
  const ragged = values.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new GuerdonError("papers.data", {
      where: `hanna, row ${ragged}`,
      expected: `${columns} metrics and judge scores, as in the first row`,
      got: String(values[ragged].length),
      fix: "Fetch the data set again.",
    });
  }
  return matrix64(values.length, columns, Float64Array.from(values.flat()));
}
