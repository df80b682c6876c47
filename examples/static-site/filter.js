const field = document.querySelector('.filter');
const input = document.querySelector('#filter');
const status = document.querySelector('[role=status]');
const trees = [...document.querySelectorAll('#trees li')];

input.addEventListener('input', () => {
  const wanted = input.value.trim().toLowerCase();
  for (const tree of trees) tree.hidden = !tree.textContent.toLowerCase().includes(wanted);
  const found = trees.filter((tree) => !tree.hidden).length;
  status.textContent = wanted === '' ? '' : `${found} of ${trees.length}`;
});

// Without JavaScript there is nothing to filter with, so the field starts out hidden.
field.hidden = false;
